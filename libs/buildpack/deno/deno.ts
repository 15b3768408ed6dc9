import { z } from 'zod';
import type { BuildPlan, LayerPart, PlanChoice } from '#libs/contracts/build-plan.js';
import { BerthError } from '#libs/core/errors.js';
import { userCommand } from '../command.js';
import {
  cmd,
  copy,
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
import { processSource, readProcfile, type Procfile } from '../procfile.js';
import type { ProjectFiles } from '../project-files.js';
import { stackImage } from '../stack-image.js';

const SOURCE = 'app';
const STACK = 'deno';
/** Where what was downloaded lies; the stack says the same (DENO_DIR). */
const MODULES = '/home/app/deno';
const VENDOR = 'vendor';
const MANIFESTS = ['deno.json', 'deno.jsonc'];
const PROGRAMS = ['main', 'server', 'app', 'mod', 'index', 'src/main', 'src/server'].flatMap((name) =>
  ['ts', 'tsx', 'js'].map((ending) => `${name}.${ending}`),
);

export const language: Language = {
  name: 'deno',
  title: 'Deno',
  async detect(files) {
    const by = MANIFESTS.find((path) => files.has(path));
    if (by === undefined) return null;
    // Beside a package.json deno.json is most often what an editor reads.
    const says = (await readProcfile(files))?.get('web') ?? (await readTask(files, by)) ?? '';
    return { by, starts: /\bdeno\b/.test(says) || (!files.has('package.json') && programOf(files) !== null) };
  },
  plan,
};

const manifest = z.object({
  tasks: z
    .record(z.string(), z.union([z.string(), z.object({ command: z.string().optional() }).loose()]))
    .optional(),
});

/** The task `start`. Deno's files may hold comments, which are no JSON: their tasks are left to Deno. */
async function readTask(files: ProjectFiles, path: string): Promise<string | null> {
  const parsed = manifest.safeParse(jsonOf((await files.read(path)) ?? ''));
  const start = parsed.data?.tasks?.['start'];
  return (typeof start === 'string' ? start : start?.command) ?? null;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function programOf(files: ProjectFiles): string | null {
  return PROGRAMS.find((path) => files.has(path)) ?? null;
}

async function plan(files: ProjectFiles, detection: Detection, context: PlanContext): Promise<BuildPlan> {
  const procfile = await readProcfile(files);
  const start = await findStart(files, procfile, detection.by);
  const stack = stackImage(context, STACK);
  const { install, command } = files.settings.build;
  const manifests = [...MANIFESTS, 'deno.lock', 'package.json'].filter((path) => files.has(path));
  const program = start.program ?? programOf(files);
  // Modules that the author committed: the way where their hosts cannot be reached.
  const vendored = files.hasFolder(VENDOR);
  const fromBuild = command !== null || vendored;
  const finalStage: { instruction: Instruction; part: LayerPart }[] = [
    { instruction: workdir('/app'), part: 'runtime' },
    { instruction: unprivileged(), part: 'runtime' },
    { instruction: copy([`${MODULES}/`], `${MODULES}/`, 'build'), part: 'dependencies' },
    {
      instruction: copy([fromBuild ? '/app/' : `${SOURCE}/`], './', fromBuild ? 'build' : undefined),
      part: 'app',
    },
    { instruction: cmd(start.args), part: 'app' },
  ];
  const stage: Instruction[] = [
    from(stack, 'build'),
    workdir('/app'),
    unprivileged(),
    ...envs(files.settings.build.env),
    run(['mkdir', '-p', MODULES]),
    copy(
      manifests.map((path) => `${SOURCE}/${path}`),
      './',
    ),
    ...(vendored ? [copy([`${SOURCE}/${VENDOR}/`], `./${VENDOR}/`)] : []),
    // What the manifests name is downloaded before the source is there, and again only when they change.
    run(
      install === null
        ? ['deno', 'install', ...(vendored ? [] : ['--vendor=false']), '--node-modules-dir=none']
        : userCommand(install).args,
    ),
    copy([`${SOURCE}/`], './'),
    ...(program === null
      ? []
      : [run(['deno', 'cache', '--allow-import', '--node-modules-dir=none', program])]),
    ...(command === null ? [] : [run(userCommand(command).args)]),
  ];
  return {
    language: 'deno',
    title: 'Deno',
    detectedBy: detection.by,
    choices: [
      {
        what: 'Runtime',
        value: 'Deno 2',
        why: 'It is the one of Berth’s stack.',
        change: 'A Dockerfile may bring another.',
      },
      {
        what: 'Dependencies',
        value: install ?? 'deno install',
        why:
          install === null
            ? `${detection.by} names them; what the source imports besides comes with "deno cache".`
            : 'berth.toml says so.',
        change: 'Write install = "…" under [build] in berth.toml for another command.',
      },
      {
        what: 'Build command',
        value: command ?? 'none',
        why: command === null ? 'Deno needs none.' : 'berth.toml says so.',
        change: 'Write command = "…" under [build] in berth.toml.',
      },
      start.choice,
      portVariable('app'),
    ],
    warnings: files.has('deno.lock')
      ? []
      : [
          'There is no deno.lock, so Deno picks the newest versions that fit. Commit deno.lock to get the same ones each time.',
        ],
    dockerfile: imageText(stage, stack, finalStage),
    stacks: [STACK],
    sourceFolder: SOURCE,
    extraFiles: {},
    ignore: ['node_modules'],
    finalStage,
    dependencyFiles: manifests,
    processes: processesOf(procfile, start.args),
    port: null,
    healthPath: null,
  };
}

/** `Deno.serve` and `deno serve` listen where this variable says, unless the app names a port itself. */
const ADDRESS = 'DENO_SERVE_ADDRESS=tcp:0.0.0.0:$PORT';

async function findStart(
  files: ProjectFiles,
  procfile: Procfile | null,
  by: string,
): Promise<{ args: string[]; program: string | null; choice: PlanChoice }> {
  const result = (value: string, why: string, program: string | null, args = userCommand(value).args) => ({
    args,
    program,
    choice: {
      what: 'Start command',
      value,
      why,
      change: `Write "start" under "tasks" in ${by}, "web: …" in Procfile, or command = "…" under [start] in berth.toml.`,
    },
  });
  const served = (command: string) => ['/bin/sh', '-c', `${ADDRESS} exec ${command}`];
  const line = procfile?.get('web');
  if (line !== undefined) return result(line, `${processSource(files, 'web')} says so for "web".`, null);
  const task = await readTask(files, by);
  if (task !== null) {
    const named =
      /(?:^|\s)((?:\.\/)?[\w./-]+\.(?:tsx?|jsx?|mts|mjs))\b/.exec(task)?.[1]?.replace(/^\.\//, '') ?? null;
    const program = named !== null && files.has(named) ? named : null;
    return result('deno task start', `${by} has the task "start".`, program, served('deno task start'));
  }
  const program = programOf(files);
  if (program === null)
    throw new BerthError(
      'no_start_command',
      `${by} has no task "start", and Berth found none of ${PROGRAMS.slice(0, 6).join(', ')}, …: nothing says how to start this app. ` +
        `Write "tasks": { "start": "deno run -A your-server.ts" } in ${by}.`,
    );
  const exportsFetch = /\bexport default\b/.test((await files.read(program)) ?? '');
  const command = exportsFetch ? `deno serve --allow-all ${program}` : `deno run --allow-all ${program}`;
  return result(
    command,
    `${program} is there; the container is its only fence, so Deno allows it everything.`,
    program,
    served(command),
  );
}
