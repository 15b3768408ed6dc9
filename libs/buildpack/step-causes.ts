import type { BuildPlan } from '#libs/contracts/build-plan.js';
import { mountOptions } from './dockerfile/checks.js';
import { parseDockerfile, type ParsedInstruction } from './dockerfile/parse.js';
import { stagesOf, type Stage } from './dockerfile/stages.js';

type Side = Pick<BuildPlan, 'dockerfile' | 'inputs' | 'sourceFolder' | 'extraFiles' | 'buildArgs'>;

/** What changed of that which a step depends on, by BuildKit's name of the step. */
export type StepCauses = (stepName: string) => string | null;

/** Instructions that BuildKit numbers in the names of its steps; FROM is number 1 of its stage. */
const NUMBERED = new Set(['RUN', 'COPY', 'ADD', 'WORKDIR']);
/** Instructions that no later command depends on. */
const INERT = new Set([
  'CMD',
  'ENTRYPOINT',
  'EXPOSE',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'STOPSIGNAL',
  'VOLUME',
]);

/** A step of a build, and why it cannot be taken from the cache. */
export interface StepCause {
  /** The stage's number in the file, from 0. */
  stage: number;
  /** BuildKit's number of the step within its stage. */
  number: number;
  instruction: ParsedInstruction;
  /** A clause such as "package.json changed"; null when nothing that the step depends on did. */
  cause: string | null;
}

/**
 * Why steps of a build cannot be taken from the cache, by what changed since an earlier build of the app: the base image, an
 * instruction, or files that an instruction copies, at or before the step and in the stages that it takes from. The function
 * given takes BuildKit's name of a step ("[dependencies 4/4] RUN npm ci") and gives a clause such as "package.json changed",
 * or null when nothing that the step depends on did. `built`: the file that was built, which may have steps of Berth's own at the
 * beginning of its stages (mirrors), so that its numbers are others.
 */
export function stepCauses(now: Side, before: Side, built = now.dockerfile): StepCauses {
  const stages = stagesOf(parseDockerfile(now.dockerfile), now.buildArgs);
  const nameOf = (index: number): string => stages[index]?.name ?? `stage-${index}`;
  const causes = new Map(
    eachStep(now, before, built).map(({ stage, number, cause }) => [`${nameOf(stage)} ${number}`, cause]),
  );
  return (stepName) => {
    const found = /^\[(?:\S+ )*?(?:(\S+) )?(\d+)\/\d+\]/.exec(stepName);
    // A file with one stage: BuildKit leaves its name out.
    const stage = found?.[1]?.toLowerCase() ?? nameOf(stages.length - 1);
    return causes.get(`${stage} ${found?.[2] ?? ''}`) ?? null;
  };
}

/** All steps that BuildKit numbers, in the file's order; see stepCauses. */
export function eachStep(now: Side, before: Side, built = now.dockerfile): StepCause[] {
  const changed = changedFiles(now, before);
  const stages = stagesOf(parseDockerfile(now.dockerfile), now.buildArgs);
  const earlier = stagesOf(parseDockerfile(before.dockerfile), before.buildArgs);
  const builtStages = stagesOf(parseDockerfile(built), now.buildArgs);
  const steps: StepCause[] = [];
  /** What changed in each whole stage, by number. */
  const whole: (string | null)[] = [];
  for (const [index, stage] of stages.entries()) {
    const names = stages.slice(0, index).map(({ name }) => name);
    const ofStage = (reference: string): string | null => whole[stageNumber(names, reference)] ?? null;
    const old = earlier.find(({ name }) => name !== null && name === stage.name) ?? earlier[index];
    let cause = ofStage(stage.base) ?? baseCause(stage, old, stageNumber(names, stage.base) >= 0);
    let number = 1 + numbered(builtStages[index]) - numbered(stage);
    for (const [position, instruction] of stage.instructions.entries()) {
      if (INERT.has(instruction.keyword)) continue;
      const same = textOf(instruction, now) === textOf(old?.instructions[position], before);
      if (!same) cause ??= `its instructions changed (${instruction.keyword})`;
      cause ??= filesCause(instruction, changed, now);
      for (const taken of takenFrom(instruction)) cause ??= ofStage(taken);
      if (!NUMBERED.has(instruction.keyword)) continue;
      number += 1;
      steps.push({ stage: index, number, instruction, cause });
    }
    whole.push(cause);
  }
  return steps;
}

function numbered(stage: Stage | undefined): number {
  return stage?.instructions.filter(({ keyword }) => NUMBERED.has(keyword)).length ?? 0;
}

/** Which stage is meant, by name or number; -1 when it is an image. */
function stageNumber(names: readonly (string | null)[], reference: string): number {
  if (/^\d+$/.test(reference)) return Number(reference) < names.length ? Number(reference) : -1;
  return names.lastIndexOf(reference.toLowerCase());
}

function baseCause(stage: Stage, old: Stage | undefined, isStage: boolean): string | null {
  if (old === undefined) return 'the Dockerfile changed';
  if (old.base === stage.base) return null;
  return isStage ? 'the Dockerfile changed' : `the base image changed from ${old.base} to ${stage.base}`;
}

/** What an instruction says, with the value that an ARG is given. */
function textOf(instruction: ParsedInstruction | undefined, { buildArgs }: Side): string | null {
  if (instruction === undefined) return null;
  const { keyword, flags, rest } = instruction;
  const value = keyword === 'ARG' ? buildArgs?.[rest.split('=')[0] ?? ''] : undefined;
  return JSON.stringify([keyword, flags, rest, value ?? null]);
}

/** Files of the context that this instruction reads and that changed. */
function filesCause(
  instruction: ParsedInstruction,
  changed: string[] | null,
  { sourceFolder }: Side,
): string | null {
  const sources = sourcesOf(instruction);
  if (sources.length === 0) return null;
  if (changed === null) return 'files of the source may have changed';
  const patterns = sources.map(pattern);
  const files = changed.filter((path) => patterns.some((each) => each.test(path)));
  const shown = files.map((path) =>
    path.startsWith(`${sourceFolder}/`) ? path.slice(sourceFolder.length + 1) : path,
  );
  return shown.length === 0 ? null : `${listed(shown)} changed`;
}

/** Sources in the context that an instruction reads. */
function sourcesOf({ keyword, flags, rest }: ParsedInstruction): string[] {
  if (keyword === 'RUN') {
    return bindMounts(flags).flatMap((options) =>
      options.has('from') ? [] : [options.get('source') ?? '.'],
    );
  }
  if (!['COPY', 'ADD'].includes(keyword) || flags.some(({ name }) => name === 'from')) return [];
  return wordsOf(rest).slice(0, -1);
}

/** Stages, or images, that an instruction takes files from. */
function takenFrom({ keyword, flags }: ParsedInstruction): string[] {
  if (keyword === 'RUN') return bindMounts(flags).flatMap((options) => options.get('from') ?? []);
  return flags.filter(({ name }) => name === 'from').map(({ value }) => value);
}

function bindMounts(flags: ParsedInstruction['flags']): Map<string, string>[] {
  return flags
    .filter(({ name }) => name === 'mount')
    .map(({ value }) => new Map(mountOptions(value)))
    .filter((options) => options.has('from') || (options.get('type') ?? 'bind') === 'bind');
}

function wordsOf(rest: string): string[] {
  if (!rest.startsWith('[')) return rest.split(/\s+/);
  try {
    return (JSON.parse(rest) as unknown[]).map(String);
  } catch {
    return rest.split(/\s+/);
  }
}

/** A source of COPY: a file, a folder with all that is in it, or a pattern of Go's filepath.Match. */
function pattern(source: string): RegExp {
  const path = source.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '');
  if (path === '' || path === '.') return /^/;
  const text = path.replace(/\\(.)|\*|\?|\$\{?\w+\}?|[.+^${}()|[\]\\]/g, (found, plain?: string) => {
    if (plain !== undefined) return plain.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    if (found === '*' || found.startsWith('$')) return '[^/]*';
    return found === '?' ? '[^/]' : `\\${found}`;
  });
  return new RegExp(`^${text}(?:/|$)`);
}

/** Paths in the context that are new, gone or different; null when the files of one side are not known. */
function changedFiles(now: Side, before: Side): string[] | null {
  const [a, b] = [contextFiles(before), contextFiles(now)];
  if (a === null || b === null) return null;
  return [...new Set([...a.keys(), ...b.keys()])].filter((path) => a.get(path) !== b.get(path)).sort();
}

function contextFiles({ inputs, sourceFolder, extraFiles }: Side): Map<string, string> | null {
  if (inputs === undefined) return null;
  const inFolder = (path: string) => (sourceFolder === '' ? path : `${sourceFolder}/${path}`);
  return new Map([
    ...Object.entries(inputs).map(([path, id]): [string, string] => [inFolder(path), id]),
    ...Object.entries(extraFiles),
  ]);
}

function listed(paths: string[]): string {
  return paths.length > 3 ? `${paths.slice(0, 3).join(', ')} and ${paths.length - 3} more` : paths.join(', ');
}
