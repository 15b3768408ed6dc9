import type { BuildPlan } from '#libs/contracts/build-plan.js';
import { baseImages, replaceBases } from '#libs/buildpack/dockerfile/bases.js';
import { checkTriggers } from '#libs/buildpack/dockerfile/triggers.js';
import { BerthError } from '#libs/core/errors.js';
import { standInFor } from '#libs/core/stand-ins.js';
import { isOnEngine } from '#libs/images/tag-image.js';
import {
  fullReference,
  isHostRegistry,
  parseImageReference,
  type ImageReference,
} from '#libs/images/image-reference.js';
import { noteInBuild } from '../mirrors/through-mirrors.js';
import type { BuildRun } from '../pipeline.js';
import { readStacks } from '../stacks.js';
import { engineBase } from './engine-base.js';
import { hubImage } from './hub-image.js';

/** A plan whose base images are where this host can have them, and the references that were put into it. */
export interface Based {
  plan: BuildPlan;
  /** References of this host's own registry that the build may therefore ask for. */
  allowed: ReadonlySet<string>;
}

/** An image of Docker Hub that a Dockerfile names. */
interface Wanted {
  image: string;
  reference: ImageReference;
  usesApk: boolean;
}

/**
 * Looks up the images of Docker Hub that an app's Dockerfile names: through the mirrors of images, with a copy in this host's registry that
 * serves when none of them answers; and from Berth's own stacks where there is no such copy either. The log says what was
 * taken. Images of other registries are the Engine's business. Of each it is looked at what it has a build do.
 */
export async function resolveBases(run: BuildRun, plan: BuildPlan): Promise<Based> {
  if (plan.language !== 'dockerfile') return { plan, allowed: new Set() };
  const by = new Map<string, string>();
  for (const image of baseImages(plan.dockerfile)) {
    const reference = outsideReference(image);
    if (reference === null) continue;
    const { registry } = reference;
    refuseOwnRegistry(run, image, reference);
    const wanted = { image, reference, usesApk: /\bapk\s/.test(plan.dockerfile) };
    const found = registry === 'docker.io' ? await resolve(run, wanted) : null;
    const onEngine = found === null ? await engineBase(run, reference) : null;
    checkTriggers(image, onEngine?.onBuild ?? (found === null ? [] : await onBuildOf(run, found)));
    const other = found ?? onEngine?.pinned;
    if (other !== undefined) by.set(image, other);
  }
  if (by.size === 0) return { plan, allowed: new Set() };
  return {
    plan: { ...plan, dockerfile: replaceBases(plan.dockerfile, by) },
    allowed: new Set(by.values()),
  };
}

/** null: a stack of this host, or not a reference at all (the Engine says so better). */
function outsideReference(image: string): ImageReference | null {
  if (image.startsWith('berth/stack-')) return null;
  try {
    return parseImageReference(image);
  } catch {
    return null;
  }
}

/** A Dockerfile that says so outright is refused by its plan; a name of somebody's own may lead to this host too. */
function refuseOwnRegistry({ parts }: BuildRun, image: string, reference: ImageReference): void {
  if (!isHostRegistry(reference, parts.registry.host)) return;
  throw new BerthError(
    'dockerfile_base',
    `${image} names this host's own registry, which holds the images of all teams. Name an image of a public registry.`,
  );
}

/** What a copy in this host's registry has a build do; nothing of Berth's own stacks. */
async function onBuildOf({ parts }: BuildRun, reference: string): Promise<string[]> {
  const [repository = '', digest] = reference.slice(parts.registry.host.length + 1).split('@');
  if (digest === undefined) return [];
  const manifest = await parts.registry.manifest(repository, digest);
  const config = manifest && (await parts.registry.config(repository, manifest.config.digest));
  return config?.config?.OnBuild ?? [];
}

/** What to write in place of an image; null leaves it to the Engine. */
async function resolve(run: BuildRun, wanted: Wanted): Promise<string | null> {
  const { image, reference } = wanted;
  const { parts, log } = run;
  const mode = parts.env.BERTH_STAND_INS;
  if (mode === 'on') {
    const stack = await standIn(run, wanted, 'This host is set to answer it so.');
    if (typeof stack === 'string') return stack;
  }
  const cached = await hubImage(run, reference);
  if ('reference' in cached) return cached.reference;
  // A registry answered and has no such image: the Engine's own words are as good.
  if (cached.answered) return null;
  // Somebody loaded it there, and the Engine then asks nobody.
  if (await isOnEngine(parts.docker, fullReference(reference))) return null;
  if (mode === 'off')
    throw unreachable(image, cached.why, 'This host does not let its stacks stand in (BERTH_STAND_INS).');
  const stack = await standIn(run, wanted, cached.why);
  if (typeof stack === 'string') return stack;
  log.warning(`${image}: ${stack.refused}`);
  throw unreachable(image, cached.why, stack.refused);
}

async function standIn(
  run: BuildRun,
  { image, reference: { name, version }, usesApk }: Wanted,
  why: string,
): Promise<string | { refused: string }> {
  const answer = standInFor(name.replace(/^docker\.io\//, ''), version, usesApk);
  if ('refused' in answer) return answer;
  const { stack, holds } = answer.standIn;
  const own = await stackReference(run, stack);
  const has = /:([^:]*)-[0-9a-f]+$/.exec(own)?.[1] ?? '';
  run.log.warning(
    `${image} is not what is built on: ${why} Berth's own stack "${stack}" stands in for it: asked ${version}, got ${holds} ${has} on Debian. ` +
      'Paths and programs that only the original has are missing.',
  );
  const note = `${holds} ${has} in place of ${image}`;
  await noteInBuild(run, { kind: 'images', what: image, from: 'stack', outcome: 'served', note });
  return own;
}

/** The stack's image on this host; made when it is not there yet. */
async function stackReference(run: BuildRun, stack: string): Promise<string> {
  const { env, stackMaker } = run.parts;
  const there = async () =>
    (await readStacks(env.BERTH_HOME).catch(() => ({}) as Record<string, string>))[stack];
  const known = await there();
  if (known !== undefined) return known;
  run.log.phase(`Making the stack image "${stack}", which no app of this host needed before`);
  await stackMaker.make(stack, { onLine: (line) => run.log.output(line), signal: run.signal });
  const made = await there();
  if (made === undefined)
    throw new BerthError('stack_missing', `The stack "${stack}" was made and is not there. Try again.`);
  return made;
}

function unreachable(image: string, why: string, refused: string): BerthError {
  return new BerthError(
    'base_unreachable',
    `${image}, which the Dockerfile builds on, is nowhere to be had. ${why} ${refused} ` +
      'Give this host a mirror of Docker Hub (berth mirrors set images URL), or build on an image that it can reach.',
    { details: { image } },
  );
}
