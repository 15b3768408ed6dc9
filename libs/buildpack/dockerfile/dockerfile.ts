import type { BuildPlan, LayerPart, PlanChoice } from '#libs/contracts/build-plan.js';
import { BerthError } from '#libs/core/errors.js';
import { userCommand } from '../command.js';
import type { Detection, Language, PlanContext } from '../language.js';
import { processesOf } from '../processes.js';
import { processSource, readProcfile, type Procfile } from '../procfile.js';
import type { ProjectFiles } from '../project-files.js';
import { checkDockerfile, checkLoose } from './checks.js';
import { healthOf } from './healthcheck.js';
import {
  beginsHeredoc,
  parseDockerfile,
  withoutHeredocs,
  type ParsedDockerfile,
  type ParsedInstruction,
} from './parse.js';
import { rewriteDockerfile } from './rewrite.js';
import { finalInstructions, stagesOf, type Stage } from './stages.js';

export const language: Language = {
  name: 'dockerfile',
  title: 'Dockerfile',
  async detect(files) {
    return files.has('Dockerfile') || files.settings.build.dockerfile !== null
      ? { by: files.settings.build.dockerfile ?? 'Dockerfile' }
      : null;
  },
  plan,
};

async function plan(files: ProjectFiles, detection: Detection, context: PlanContext): Promise<BuildPlan> {
  const { target, args } = files.settings.build;
  const text = await readDockerfile(files);
  const dockerfile = parseDockerfile(text);
  const stages = stagesOf(dockerfile, args);
  checkDockerfile(dockerfile, stages);
  const known = new Set(dockerfile.instructions.map(({ line }) => line));
  checkLoose(
    withoutHeredocs(text).filter(({ line }) => !known.has(line)),
    stages,
  );
  const { base, instructions } = finalInstructions(upToTarget(stages, target));
  const procfile = await readProcfile(files);
  const port = exposedPort(instructions);
  const health = files.settings.healthPath === null ? healthOf(instructions, port) : null;
  return {
    language: 'dockerfile',
    title: 'Dockerfile',
    detectedBy: detection.by,
    choices: [
      baseChoice(base, target),
      ...argsChoice(args),
      startChoice(instructions, procfile, files),
      portChoice(port),
      userChoice(instructions),
      ...(health?.choice ? [health.choice] : []),
    ],
    warnings: [...warnings(instructions, dockerfile), ...(health?.warning ? [health.warning] : [])],
    dockerfile: rewriteDockerfile(text, dockerfile, stages, context.appId),
    stacks: [],
    sourceFolder: '',
    extraFiles: {},
    ignore: [],
    finalStage: instructions.map((instruction) => ({
      instruction: `${instruction.keyword} ${instruction.rest}`.slice(0, 500),
      part: partOf(instruction),
    })),
    dependencyFiles: [],
    processes: processes(procfile),
    port,
    healthPath: health?.path ?? null,
    ...(target !== null && { target }),
    ...(Object.keys(args).length > 0 && { buildArgs: { ...args } }),
  };
}

async function readDockerfile(files: ProjectFiles): Promise<string> {
  const path = files.settings.build.dockerfile ?? 'Dockerfile';
  const text = await files.read(path);
  if (text !== null) return text;
  throw new BerthError(
    'dockerfile_missing',
    `berth.toml asks for a build by ${path}, and there is no such file in the source. Correct [build] in berth.toml, or commit the file.`,
    { details: { file: path } },
  );
}

/** The stages up to the one that berth.toml names; all of them when it names none. */
function upToTarget(stages: Stage[], target: string | null): Stage[] {
  if (target === null) return stages;
  const at = stages.findIndex(({ name }, index) => name === target.toLowerCase() || String(index) === target);
  if (at >= 0) return stages.slice(0, at + 1);
  const names = stages.flatMap(({ name }) => (name === null ? [] : [name]));
  throw new BerthError(
    'dockerfile_target',
    `berth.toml names "${target}" as target under [build], and the Dockerfile has no stage of that name. ` +
      (names.length === 0
        ? 'Name a stage with "AS" in its FROM.'
        : `Its stages are ${names.slice(0, 20).join(', ')}.`),
    { details: { file: 'berth.toml', stages: names.slice(0, 20) } },
  );
}

function baseChoice(base: string, target: string | null): PlanChoice {
  return {
    what: 'Base image',
    value: base,
    why: target === null ? 'It is the FROM of the last stage.' : `It is the FROM of the stage "${target}".`,
    change: 'Change FROM.',
  };
}

function argsChoice(args: Readonly<Record<string, string>>): PlanChoice[] {
  const names = Object.keys(args);
  if (names.length === 0) return [];
  return [
    {
      what: 'Build arguments',
      value: names.join(', '),
      why: 'berth.toml says so.',
      change: 'Change [build.args] in berth.toml.',
    },
  ];
}

/** An empty array means the image's own command. */
function processes(procfile: Procfile | null): Record<string, string[]> {
  const web = procfile?.get('web');
  return processesOf(procfile, web === undefined ? [] : userCommand(web).args);
}

/** The first TCP port of EXPOSE that is a plain number; null where there is none. */
function exposedPort(instructions: ParsedInstruction[]): number | null {
  for (const instruction of instructions) {
    if (instruction.keyword !== 'EXPOSE') continue;
    for (const word of instruction.rest.split(/\s+/)) {
      const match = /^(\d{1,5})(?:\/tcp)?$/i.exec(word);
      const port = Number(match?.[1] ?? 0);
      if (port >= 1 && port <= 65535) return port;
    }
  }
  return null;
}

function last(instructions: ParsedInstruction[], keyword: string): ParsedInstruction | undefined {
  return instructions.findLast((instruction) => instruction.keyword === keyword);
}

function startChoice(
  instructions: ParsedInstruction[],
  procfile: Procfile | null,
  files: ProjectFiles,
): PlanChoice {
  const change = 'Change CMD, or write web = "<command>" under [processes] in berth.toml.';
  const web = procfile?.get('web');
  if (web !== undefined) {
    return {
      what: 'Start command',
      value: web,
      why: `${processSource(files, 'web')} says so for "web".`,
      change,
    };
  }
  const parts = [last(instructions, 'ENTRYPOINT'), last(instructions, 'CMD')].filter(
    (part) => part !== undefined,
  );
  if (parts.length === 0) {
    return {
      what: 'Start command',
      value: 'the base image’s own',
      why: 'The Dockerfile has neither CMD nor ENTRYPOINT.',
      change,
    };
  }
  return {
    what: 'Start command',
    value: parts.map((part) => `${part.keyword} ${part.rest}`).join(', '),
    why: 'The Dockerfile says so.',
    change,
  };
}

function portChoice(port: number | null): PlanChoice {
  return port === null
    ? {
        what: 'Port',
        value: '$PORT',
        why: 'The Dockerfile has no EXPOSE with a plain number; Berth tells the app in PORT where to listen.',
        change: 'Write EXPOSE with the port that the app listens on, if it does not read PORT.',
      }
    : {
        what: 'Port',
        value: String(port),
        why: 'It is the first port of EXPOSE; PORT is set to the same number.',
        change: 'Change EXPOSE.',
      };
}

function userChoice(instructions: ParsedInstruction[]): PlanChoice {
  const user = last(instructions, 'USER')?.rest;
  return {
    what: 'User',
    value: user ?? 'the base image’s own',
    why: user === undefined ? 'The Dockerfile has no USER.' : 'The Dockerfile says so.',
    change: 'Write USER with an unprivileged user.',
  };
}

function warnings(instructions: ParsedInstruction[], dockerfile: ParsedDockerfile): string[] {
  const user = last(instructions, 'USER')?.rest;
  const found: string[] = [];
  if (user !== undefined && /^(?:0|root)(?::|$)/.test(user)) {
    found.push('The app runs as root inside its container. Write USER with an unprivileged user.');
  }
  const heredoc = dockerfile.instructions.find(beginsHeredoc);
  if (heredoc !== undefined) {
    found.push(
      `Dockerfile, line ${heredoc.line} begins a here-document, which a Docker Engine before 23 does not know: there the lines of it are taken for instructions. Write them as one RUN with "&& \\", or in a script that is copied.`,
    );
  }
  if (dockerfile.syntax !== null) {
    found.push(
      'The "# syntax=" line is not followed: the Engine’s own Dockerfile syntax is used, which may be older.',
    );
  }
  return found;
}

function partOf({ keyword, flags }: ParsedInstruction): LayerPart {
  if (keyword === 'RUN') return 'dependencies';
  if (keyword === 'COPY' || keyword === 'ADD')
    return flags.some(({ name }) => name === 'from') ? 'dependencies' : 'app';
  return 'other';
}
