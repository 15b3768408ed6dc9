import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleFacts, bundlePlace } from '../lib/bundle-place.mjs';
import { Engine } from '../lib/engine.mjs';
import { readJson, removeTree, writeAtomic } from '../lib/files.mjs';
import { withLock } from '../lib/lock.mjs';
import { candidates } from '../lib/mirrors.mjs';
import { Problem } from '../lib/problem.mjs';
import { run } from '../lib/run.mjs';
import { throughAptMirrors } from './apt-mirrors.mjs';
import { hostCertificates } from './certificates.mjs';
import { hash } from './hash.mjs';
import { hostNetworkEnv } from './host-network.mjs';
import { stacks } from './table.mjs';

/** What apt and dpkg say besides the one line for each package that tells. */
const noise =
  /^(?:\s|Selecting previously|Preparing to unpack|\(Reading database|Unpacking |Processing triggers|Reading |Building dep|Adding '|update-alternatives|debconf: |After this|The following|Suggested|Recommended)/;
const lockWaitMs = 900_000;

/**
 * Makes sure that the Engine has these stack images and those that they are built on, and adds their tags to `stacks.json`.
 * A tag carries the hash of everything that goes in, so an image that is there is the right one. One maker at a time.
 * @param {import('../state.mjs').Copy} copy
 * @param {string[]} names
 * @param {(text: string) => void} note
 */
export function ensureStacks(copy, names, note) {
  const busy = (holder) =>
    new Problem({
      what: `Another stack image is being made${holder ? ` (pid ${holder.pid})` : ''}, and that takes long.`,
      fix: 'Try again when it is done.',
    });
  return withLock(copy.path('stacks.lock'), { waitMs: lockWaitMs, busy }, () => ensure(copy, names, note));
}

async function ensure(copy, names, note) {
  const engine = new Engine(copy.state.parts.docker.address);
  const bundled = await loadBundled(copy, engine, note);
  const host = { certificates: await hostCertificates(), network: await hostNetworkEnv() };
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
      await stack.before?.(copy, engine, note);
      await make(copy, engine, stack, plan, note);
      made.push(stack.name);
    }
    known[stack.name] = plan.tag;
  }
  // Renewing the base makes everything on it another; only then is there anything stale.
  await writeKnown(
    copy,
    names.includes('base') ? { ...(await current(copy, engine, known, host)), ...bundled } : known,
  );
  return made.length > 0 ? `made ${made.join(', ')}` : 'already there';
}

/** Stack images of the offline bundle, by name, on the Engine; none without a bundle. */
async function loadBundled(copy, engine, note) {
  const { stacks: bundled = {} } = (await bundleFacts(copy.home)) ?? {};
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

function writeKnown(copy, known) {
  return writeAtomic(copy.path('stacks.json'), `${JSON.stringify(known, null, 2)}\n`);
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

/** Tag, Dockerfile and facts of a stack on top of what `known` has for the one below it. */
async function describe(copy, stack, known, host) {
  const facts = { ...host, ...(await stack.facts?.()) };
  const dockerfile = stack.dockerfile(stack.from?.(copy) ?? known[stack.on], facts);
  const key = hash([dockerfile, stack.inputs(facts)]);
  return { tag: `berth/stack-${stack.name}:${stack.version}-${key}`, dockerfile, facts };
}

/** Builds one stack from a folder that it fills. Owners and times are fixed, so that equal input makes equal layers. */
async function make(copy, engine, stack, { tag, dockerfile, facts }, note) {
  note(`building ${tag}: ${stack.holds}`);
  const folder = copy.path('stacks', `${stack.name}.${process.pid}`);
  const tar = `${folder}.tar`;
  const said = [];
  const onLine = (line) => {
    if (noise.test(line)) return;
    said.push(line);
    if (said.length > 40) said.shift();
    note(line);
  };
  await removeTree(folder);
  await mkdir(join(folder, 'files'), { recursive: true });
  try {
    const mirrors = await candidates('debian', copy.home);
    await writeFile(join(folder, 'Dockerfile'), await throughAptMirrors(dockerfile, mirrors, folder));
    await stack.fill(copy, folder, facts);
    await pack(folder, tar);
    await engine.build(tar, {
      tag,
      labels: {
        'berth.stack': stack.name,
        'berth.stack.of': copy.id,
        'berth.stack.holds': stack.holds,
      },
      onLine,
    });
  } catch (cause) {
    throw cause instanceof Problem ? cause : cannotMake(copy, stack, said, cause);
  } finally {
    await removeTree(folder);
    await rm(tar, { force: true });
  }
}

async function pack(folder, tar) {
  const fixed = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];
  await run('tar', ['-cf', tar, ...fixed, '-C', folder, '.']);
}

/** What could not be reached is what people can mend: the last lines about it say more than an exit code. */
function cannotMake(copy, stack, said, cause) {
  const telling = said.filter((line) =>
    /^(?:E|Err|W|error|curl|fatal)[: ]|could not|failed|timed out/i.test(line),
  );
  const words = (telling.length > 0 ? telling : said).slice(-3).join(' | ') || cause.message;
  return new Problem({
    what: `The stack image "${stack.name}" (${stack.holds}) could not be made.`,
    why: `Its build said: ${words.slice(-600)}`,
    fix: `Check that this host reaches Debian's mirror and the package registries (proxies and mirrors included), then try again; the Engine's log is ${join(copy.logs, 'docker.log')}.`,
    cause,
  });
}
