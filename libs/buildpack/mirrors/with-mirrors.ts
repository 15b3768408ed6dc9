import type { BuildPlan } from '#libs/contracts/build-plan.js';
import type { MirrorKind } from '#libs/core/mirrors.js';
import { jsonArgs } from '../dockerfile-text.js';
import { parseDockerfile } from '../dockerfile/parse.js';
import { stagesOf } from '../dockerfile/stages.js';
import { mirrorSettings } from './mirror-settings.js';

/** Folder of the build's context with the settings that are files. */
const FOLDER = 'berth-mirrors';

/**
 * The same plan with its commands sent to these mirrors. ARG, not ENV: it holds for the stage's own commands and stays out of the
 * image. Kinds that are left out keep what the stack or the tools themselves say, and the plan its cache.
 */
export function withMirrors(plan: BuildPlan, mirrors: ReadonlyMap<MirrorKind, string>): BuildPlan {
  const settings = [...mirrors].map(([kind, url]) => mirrorSettings(kind, url));
  const env = Object.assign({}, ...settings.map((each) => each.env)) as Record<string, string>;
  // A context that is the app's own files gets none of ours: its Dockerfile may copy all that is there.
  const files =
    plan.sourceFolder === ''
      ? {}
      : (Object.assign({}, ...settings.map((each) => each.files)) as Record<string, string>);
  const lines = [
    ...Object.entries(files).map(
      ([path], at) => `COPY --chown=1000:1000 ${jsonArgs([`${FOLDER}/${at}`, path])}`,
    ),
    ...Object.entries(env).map(([name, value]) => `ARG ${name}=${quoted(value)}`),
  ];
  if (lines.length === 0) return plan;
  return {
    ...plan,
    dockerfile: afterEachFrom(plan.dockerfile, lines),
    extraFiles: {
      ...plan.extraFiles,
      ...Object.fromEntries(Object.values(files).map((content, at) => [`${FOLDER}/${at}`, content])),
    },
  };
}

/** Adds lines at the beginning of each stage that runs a command. */
function afterEachFrom(text: string, added: readonly string[]): string {
  const stages = stagesOf(parseDockerfile(text)).filter(({ instructions }) =>
    instructions.some(({ keyword }) => keyword === 'RUN'),
  );
  const ends = new Set(stages.map(({ from }) => from.endLine));
  return text
    .split(/\r\n|\n/)
    .flatMap((line, at) => (ends.has(at + 1) ? [line, ...added] : [line]))
    .join('\n');
}

function quoted(value: string): string {
  return `"${value.replace(/[\\"$`]/g, (character) => `\\${character}`)}"`;
}
