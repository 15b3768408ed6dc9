import type { BuildPlan, PlanChoice } from '#libs/contracts/build-plan.js';
import { userCommand } from '../command.js';
import {
  copy,
  env,
  envs,
  from,
  imageText,
  run,
  unprivileged,
  workdir,
  type Instruction,
} from '../dockerfile-text.js';
import type { Detection, Language, PlanContext } from '../language.js';
import { portVariable } from '../port-variable.js';
import { processesOf } from '../processes.js';
import { readProcfile } from '../procfile.js';
import { besideChoice, filesBeside, programStage } from '../program-files.js';
import type { ProjectFiles } from '../project-files.js';
import { stackImage } from '../stack-image.js';
import { findMains, readModule, type Main } from './module.js';
import { findStart } from './start-command.js';
import { goVersion } from './version.js';

const SOURCE = 'app';
const BUILD_STACK = 'go-build';
const RUN_STACK = 'tiny';

export const language: Language = {
  name: 'go',
  title: 'Go',
  async detect(files) {
    if (!files.has('go.mod')) return null;
    const procfile = await readProcfile(files);
    const mains = await findMains(files, await readModule(files));
    return { by: 'go.mod', starts: mains.length > 0 || procfile?.has('web') === true };
  },
  plan,
};

/** Modules and compiled packages of this app, kept from one build to the next. */
function caches(appId: string) {
  return [
    { id: `berth-${appId}-go-modules`, target: '/home/app/go/pkg/mod' },
    {
      id: `berth-${appId}-go-build`,
      target: '/home/app/.cache/go-build',
      // Go's own library, compiled when the stack was made: minutes on a small host.
      seed: { stage: 'library', folder: '/home/app/library' },
    },
  ] as const;
}

async function plan(files: ProjectFiles, detection: Detection, context: PlanContext): Promise<BuildPlan> {
  const module = await readModule(files);
  const mains = await findMains(files, module);
  const procfile = await readProcfile(files);
  const start = findStart(files, procfile, module, mains);
  const version = goVersion(files, module);
  const build = buildArgs(files, mains);
  const stacks = { build: stackImage(context, BUILD_STACK), run: stackImage(context, RUN_STACK) };
  const beside = filesBeside(files, (path) => path.endsWith('.go'), isOwn);
  const stage: Instruction[] = [
    from(stacks.build, 'library'),
    from(stacks.build, 'build'),
    workdir('/app'),
    unprivileged(),
    env('GOPATH', '/home/app/go'),
    env('GOTOOLCHAIN', version.toolchain),
    env('CGO_ENABLED', '0'),
    ...envs(files.settings.build.env),
    copy([`${SOURCE}/`], './'),
    ...installing(files, context.appId),
    run(build.args, ...caches(context.appId)),
  ];
  const finalStage = programStage(SOURCE, {
    variable: env('GIN_MODE', 'release'),
    beside,
    start: start.args,
  });
  return {
    language: 'go',
    title: 'Go',
    detectedBy: detection.by,
    choices: [version.choice, build.choice, start.choice, besideChoice(beside), portVariable('app')],
    warnings: [],
    dockerfile: imageText(stage, stacks.run, finalStage),
    stacks: [BUILD_STACK, RUN_STACK],
    sourceFolder: SOURCE,
    extraFiles: {},
    ignore: ['bin', 'node_modules'],
    finalStage,
    dependencyFiles: ['go.mod', 'go.sum'].filter((path) => files.has(path)),
    processes: processesOf(procfile, start.args),
    port: null,
    healthPath: null,
  };
}

function installing(files: ProjectFiles, appId: string): Instruction[] {
  const { install } = files.settings.build;
  return install === null ? [] : [run(userCommand(install).args, ...caches(appId))];
}

/** All programs at once: a Procfile may start any of them. */
function buildArgs(files: ProjectFiles, mains: readonly Main[]): { args: string[]; choice: PlanChoice } {
  const { command } = files.settings.build;
  const change = 'Write command = "…" under [build] in berth.toml; it has to put the program into bin/.';
  const what = 'Build command';
  if (command !== null)
    return {
      args: userCommand(command).args,
      choice: { what, value: command, why: 'berth.toml says so.', change },
    };
  const packages = mains.map(({ folder }) => (folder === '' ? '.' : `./${folder}`));
  const args = ['go', 'build', '-trimpath', '-ldflags=-s -w', '-o', '/app/bin/', ...packages];
  return {
    args,
    choice: {
      what,
      value: ['go build -o bin/', ...packages.filter((path) => path !== '.')].join(' '),
      why: `Static programs (CGO_ENABLED=0) of ${packages.length === 1 ? 'the only' : 'every'} folder with package main. Modules and compiled packages are kept for this app’s next build.`,
      change,
    },
  };
}

/** Folders that hold Go packages by custom, and the files of the module. */
function isOwn(top: string): boolean {
  return /^(?:cmd|internal|pkg|go\.(?:mod|sum|work|work\.sum))$/.test(top);
}
