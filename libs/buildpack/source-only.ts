import { posix } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { BuildPlan } from '#libs/contracts/build-plan.js';
import { eachStep, type StepCause } from './step-causes.js';

/** The only step of a build that has to be done again: the copy of the app's files, the image's last layer. */
export interface SourceOnly {
  /** Folder of the image that the files go to, without slashes around it. */
  to: string;
  /** Folders and files that the layers of the same stage below it fill. */
  filledBelow: string[];
  /** All steps of the build, in the file's order. All but the last come out as they did before. */
  steps: StepCause[];
}

/** Flags of a copy whose result is known beforehand. */
const OWNER = { name: 'chown', value: '1000:1000' };
/** Instructions after the copy that only say something of the image. */
const AFTERWARDS = new Set(['CMD', 'ENTRYPOINT', 'ENV', 'EXPOSE', 'LABEL', 'STOPSIGNAL', 'HEALTHCHECK']);

/**
 * Is the copy of the source, as the last layer, all that a change since an earlier build touches? Null wherever that is not certain: another
 * recipe, a Dockerfile of the app's own, a changed file that an earlier step reads, a command that runs after the copy. Pure.
 */
export function sourceOnly(now: BuildPlan, before: BuildPlan): SourceOnly | null {
  if (now.language === 'dockerfile' || now.sourceFolder === '' || now.target !== undefined) return null;
  if (now.inputs === undefined || before.inputs === undefined) return null;
  if (!isDeepStrictEqual(recipe(now), recipe(before))) return null;
  const steps = eachStep(now, before);
  const copy = steps.at(-1);
  if (copy === undefined || copy.cause === null) return null;
  if (steps.some((step) => step !== copy && step.cause !== null)) return null;
  const stage = steps.filter((step) => step.stage === copy.stage);
  if (!isPlainCopy(now, copy) || steps.some((step) => step.stage > copy.stage)) return null;
  const filled = filledBy(stage);
  const to = filled?.at(-1);
  return to === undefined ? null : { to, filledBelow: filled?.slice(0, -1) ?? [], steps };
}

/** All that says how an image is made, but for the app's files. */
function recipe(plan: BuildPlan) {
  const { language, dockerfile, stacks, sourceFolder, extraFiles, ignore, finalStage } = plan;
  const { root, target, buildArgs } = plan;
  return {
    ...{ language, dockerfile, stacks, sourceFolder, extraFiles, ignore, finalStage },
    ...{ root, target, buildArgs },
  };
}

/** Does this step copy the whole source as it is, and does nothing but words about the image follow? */
function isPlainCopy({ sourceFolder, finalStage }: BuildPlan, { instruction }: StepCause): boolean {
  const { keyword, flags, rest } = instruction;
  const [from, , ...more] = wordsOf(rest);
  if (keyword !== 'COPY' || !isDeepStrictEqual(flags, [OWNER])) return false;
  if (from !== `${sourceFolder}/` || more.length > 0) return false;
  const at = finalStage.findLastIndex((each) => each.instruction.startsWith('COPY '));
  const after = finalStage.slice(at + 1).map((each) => each.instruction.split(' ')[0] ?? '');
  return at !== -1 && after.every((word) => AFTERWARDS.has(word));
}

/** What each copy of a stage fills, in order, by its path in the image; null where a step may fill anything. */
function filledBy(steps: readonly StepCause[]): string[] | null {
  const filled: string[] = [];
  let folder = '';
  for (const { instruction } of steps) {
    const { keyword, rest } = instruction;
    if (keyword === 'WORKDIR') folder = rest;
    else if (keyword === 'COPY') filled.push(posix.resolve('/', folder, wordsOf(rest).at(-1) ?? '*'));
    else return null;
  }
  const paths = filled.map((path) => path.replace(/^\/+|\/+$/g, ''));
  return paths.every((path) => /^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/.test(path)) ? paths : null;
}

function wordsOf(rest: string): string[] {
  try {
    const words: unknown = JSON.parse(rest);
    return Array.isArray(words) ? words.map(String) : [];
  } catch {
    return [];
  }
}
