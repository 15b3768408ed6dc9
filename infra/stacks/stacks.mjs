import { bundleFacts, bundlePlace } from '../lib/bundle-place.mjs';
import { Engine } from '../lib/engine.mjs';
import { readJson, writeAtomic } from '../lib/files.mjs';
import { withLock } from '../lib/lock.mjs';
import { Problem } from '../lib/problem.mjs';
import { hostCertificates } from './certificates.mjs';
import { editionOf, isFrom, knownEdition, writeEdition } from './edition.mjs';
import { hostNetworkEnv } from './host-network.mjs';
import { describe, make } from './make.mjs';
import { stacks } from './table.mjs';

const lockWaitMs = 900_000;

/**
 * Makes sure that the Engine has these stack images and those that they are built on, and adds their tags to `stacks.json`.
 * A tag carries the hash of everything that goes in, so an image that is there is the right one. One maker at a time.
 * @param {import('../state.mjs').Copy} copy
 * @param {string[]} names
 * @param {(text: string) => void} note
 */
export function ensureStacks(copy, names, note) {
  return alone(copy, () => ensure(copy, names, note));
}

/**
 * Makes all stack images that this host has anew, of the packages that Debian has now, and puts them in force together: when one
 * cannot be made, all stay as they are. Apps stand on the older ones until they are built again.
 * @param {import('../state.mjs').Copy} copy
 * @param {(text: string) => void} note
 * @returns {Promise<string[]>} their names
 */
export function renewStacks(copy, note) {
  return alone(copy, () => renew(copy, note));
}

/** @template T @param {() => Promise<T>} work */
function alone(copy, work) {
  const busy = (holder) =>
    new Problem({
      what: `Another stack image is being made${holder ? ` (pid ${holder.pid})` : ''}, and that takes long.`,
      fix: 'Try again when it is done.',
    });
  return withLock(copy.path('stacks.lock'), { waitMs: lockWaitMs, busy }, work);
}

async function hostFacts(edition) {
  return { certificates: await hostCertificates(), network: await hostNetworkEnv(), edition };
}

async function renew(copy, note) {
  const engine = new Engine(copy.state.parts.docker.address);
  const edition = editionOf(new Date());
  const host = await hostFacts(edition);
  const wanted = needed(Object.keys(await knownStacks(copy)));
  const made = {};
  for (const stack of stacks.filter(({ name }) => wanted.has(name))) {
    const plan = await describe(copy, stack, made, host);
    await stack.before?.(copy, engine, note, host);
    await make(copy, engine, stack, plan, note);
    made[stack.name] = plan.tag;
  }
  await writeEdition(copy, edition);
  await writeKnown(copy, engine, made);
  return Object.keys(made);
}

async function ensure(copy, names, note) {
  const engine = new Engine(copy.state.parts.docker.address);
  const edition = await knownEdition(copy);
  const bundled = await loadBundled(copy, engine, edition, note);
  const host = await hostFacts(edition);
  const known = await knownStacks(copy);
  const made = [];
  for (const stack of stacks.filter(({ name }) => needed(names).has(name))) {
    // A host without a network takes those of its bundle as they are: it could not make others.
    if (bundled[stack.name] && (await engine.imageId(bundled[stack.name]))) {
      known[stack.name] = bundled[stack.name];
      continue;
    }
    // What others are built on stays as it is, unless it is asked for itself: `npm start` is what renews it.
    if (!names.includes(stack.name) && known[stack.name] && (await engine.imageId(known[stack.name])))
      continue;
    const plan = await describe(copy, stack, known, host);
    if (!(await engine.imageId(plan.tag))) {
      await stack.before?.(copy, engine, note, host);
      await make(copy, engine, stack, plan, note);
      made.push(stack.name);
    }
    known[stack.name] = plan.tag;
  }
  // Renewing the base makes everything on it another; only then is there anything stale.
  await writeKnown(
    copy,
    engine,
    names.includes('base') ? { ...(await current(copy, engine, known, host)), ...bundled } : known,
  );
  return made.length > 0 ? `made ${made.join(', ')}` : 'already there';
}

/** Stack images of the offline bundle, by name, on the Engine; none without a bundle, or once they were renewed here. */
async function loadBundled(copy, engine, edition, note) {
  const { stacks: bundled = {}, made } = (await bundleFacts(copy.home)) ?? {};
  if (edition && !isFrom(made, edition)) return {};
  for (const tag of Object.values(bundled)) {
    if (await engine.imageId(tag)) continue;
    note('loading the images of the bundle');
    await engine.load(bundlePlace(copy.home).images);
    break;
  }
  return bundled;
}

/** The tag of each stack that was made, by name. */
export async function knownStacks(copy) {
  return (await readJson(copy.path('stacks.json')).catch(() => null)) ?? {};
}

/** Beside them stands when each was made, for the api, which asks no Engine. */
async function writeKnown(copy, engine, known) {
  const made = {};
  for (const tag of Object.values(known)) {
    const image = await engine.image(tag);
    if (image) made[tag] = new Date(image.Created).toISOString();
  }
  await writeAtomic(copy.path('stacks-made.json'), `${JSON.stringify(made, null, 2)}\n`);
  await writeAtomic(copy.path('stacks.json'), `${JSON.stringify(known, null, 2)}\n`);
}

/** These stacks and what they are built on. */
function needed(names) {
  const all = new Set(names);
  for (const stack of stacks.toReversed()) if (all.has(stack.name) && stack.on) all.add(stack.on);
  return all;
}

/**
 * Those that this version of Berth would make just so, and that the Engine has. The others are forgotten: the next app that
 * needs one has it made.
 */
async function current(copy, engine, known, host) {
  const kept = {};
  for (const stack of stacks) {
    const isOrphan = stack.on !== null && !kept[stack.on];
    if (!known[stack.name] || isOrphan) continue;
    const { tag } = await describe(copy, stack, kept, host);
    if (tag === known[stack.name] && (await engine.imageId(tag))) kept[stack.name] = tag;
  }
  return kept;
}
