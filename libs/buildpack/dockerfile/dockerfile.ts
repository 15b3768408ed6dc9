import type { BuildPlan, LayerPart, PlanChoice } from '#libs/contracts/build-plan.js';
import { userCommand } from '../command.js';
import type { Detection, Language, PlanContext } from '../language.js';
import { processesOf } from '../processes.js';
import { readProcfile, type Procfile } from '../procfile.js';
import type { ProjectFiles } from '../project-files.js';
import { checkDockerfile } from './checks.js';
import { parseDockerfile, type ParsedInstruction } from './parse.js';
import { rewriteDockerfile } from './rewrite.js';
import { finalInstructions, stagesOf } from './stages.js';

export const language: Language = {
  name: 'dockerfile',
  title: 'Dockerfile',
  async detect(files) {
    return files.has('Dockerfile') ? { by: 'Dockerfile' } : null;
  },
  plan,
};

async function plan(files: ProjectFiles, detection: Detection, context: PlanContext): Promise<BuildPlan> {
  const text = (await files.read('Dockerfile')) ?? '';
  const dockerfile = parseDockerfile(text);
  const stages = stagesOf(dockerfile);
  checkDockerfile(dockerfile, stages);
  const { base, instructions } = finalInstructions(stages);
  const procfile = await readProcfile(files);
  const port = exposedPort(instructions);
  return {
    language: 'dockerfile',
    title: 'Dockerfile',
    detectedBy: detection.by,
    choices: [
      { what: 'Base image', value: base, why: 'It is the FROM of the last stage.', change: 'Change FROM.' },
      startChoice(instructions, procfile),
      portChoice(port),
      userChoice(instructions),
    ],
    warnings: warnings(instructions, dockerfile.syntax !== null),
    dockerfile: rewriteDockerfile(text, dockerfile, context.appId),
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
    healthPath: null,
  };
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

function startChoice(instructions: ParsedInstruction[], procfile: Procfile | null): PlanChoice {
  const change = 'Change CMD, or write "web: <command>" in Procfile.';
  const web = procfile?.get('web');
  if (web !== undefined) {
    return { what: 'Start command', value: web, why: 'Procfile says so for "web".', change };
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

function warnings(instructions: ParsedInstruction[], hadSyntax: boolean): string[] {
  const user = last(instructions, 'USER')?.rest;
  const found: string[] = [];
  if (user !== undefined && /^(?:0|root)(?::|$)/.test(user)) {
    found.push('The app runs as root inside its container. Write USER with an unprivileged user.');
  }
  if (hadSyntax) {
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
