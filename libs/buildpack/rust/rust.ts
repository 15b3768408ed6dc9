import type { BuildPlan, PlanChoice } from '#libs/contracts/build-plan.js';
import { BerthError } from '#libs/core/errors.js';
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
import { processSource, readProcfile, type Procfile } from '../procfile.js';
import { besideChoice, filesBeside, programStage } from '../program-files.js';
import type { ProjectFiles } from '../project-files.js';
import { stackImage } from '../stack-image.js';
import { readProject, type Crate, type RustProject } from './project.js';

const SOURCE = 'app';
const BUILD_STACK = 'rust-build';
const RUN_STACK = 'native';
/** What the stack has: Debian trixie's. infra/stacks/rust.mjs says the same. */
const AVAILABLE = [1, 85] as const;
const SHOWN = AVAILABLE.join('.');
/** More packages with programs than this are not one app. */
const MOST_CRATES = 5;

export const language: Language = {
  name: 'rust',
  title: 'Rust',
  async detect(files) {
    if (!files.has('Cargo.toml')) return null;
    const { crates } = await readProject(files);
    return { by: 'Cargo.toml', starts: crates.length > 0 };
  },
  plan,
};

/** Downloads and compiled crates of this app, kept from one build to the next. */
function caches(appId: string) {
  return [
    { id: `berth-${appId}-cargo`, target: '/home/app/.cargo' },
    { id: `berth-${appId}-rust-target`, target: '/home/app/.cache/target' },
  ] as const;
}

async function plan(files: ProjectFiles, detection: Detection, context: PlanContext): Promise<BuildPlan> {
  const project = await readProject(files);
  const procfile = inBin(await readProcfile(files));
  const toolchain = toolchainChoice(files, project);
  const start = findStart(files, procfile, project.crates);
  const build = buildArgs(files, start.crates);
  const stacks = { build: stackImage(context, BUILD_STACK), run: stackImage(context, RUN_STACK) };
  const beside = filesBeside(
    files,
    (path) => path.endsWith('.rs') || path.endsWith('/Cargo.toml'),
    (top) =>
      /^(?:src|benches|examples|Cargo\.(?:toml|lock)|rust-toolchain.*|rustfmt\.toml|clippy\.toml|build\.rs)$/.test(
        top,
      ),
  );
  const stage: Instruction[] = [
    from(stacks.build, 'build'),
    workdir('/app'),
    unprivileged(),
    env('CARGO_HOME', '/home/app/.cargo'),
    env('CARGO_TARGET_DIR', '/home/app/.cache/target'),
    ...envs(files.settings.build.env),
    copy([`${SOURCE}/`], './'),
    // cargo goes by times of files, and these are the source's: an older source must not pass for built.
    run(['find', '/app', '-type', 'f', '-exec', 'touch', '{}', '+']),
    ...build.commands.map((args) => run(args, ...caches(context.appId))),
  ];
  const finalStage = programStage(SOURCE, {
    variable: env('ROCKET_ADDRESS', '0.0.0.0'),
    beside,
    start: start.args,
  });
  return {
    language: 'rust',
    title: 'Rust',
    detectedBy: detection.by,
    choices: [toolchain.choice, build.choice, start.choice, besideChoice(beside), portVariable('app')],
    warnings: [
      toolchain.warning,
      files.has('Cargo.lock')
        ? null
        : 'There is no Cargo.lock, so cargo picks the newest versions that fit. Commit Cargo.lock to get the same ones each time.',
    ].filter((text) => text !== null),
    dockerfile: imageText(stage, stacks.run, finalStage),
    stacks: [BUILD_STACK, RUN_STACK],
    sourceFolder: SOURCE,
    extraFiles: {},
    ignore: ['target', 'bin', 'node_modules'],
    finalStage,
    dependencyFiles: ['Cargo.toml', 'Cargo.lock'].filter((path) => files.has(path)),
    processes: processesOf(procfile, start.args),
    port: null,
    healthPath: null,
  };
}

/** A Procfile written for another platform names programs where cargo leaves them; here they are in bin/. */
function inBin(procfile: Procfile | null): Procfile | null {
  if (procfile === null) return null;
  const moved = [...procfile].map(
    ([type, line]) => [type, line.replace(/(^|\s)(?:\.\/)?target\/release\//g, '$1bin/')] as const,
  );
  return new Map(moved);
}

/** Throws BerthError `rust_version` where cargo itself would refuse. */
function toolchainChoice(
  files: ProjectFiles,
  { rustVersion, toolchain }: RustProject,
): { choice: PlanChoice; warning: string | null } {
  const said = files.settings.build.versions['rust'];
  const needed = said === undefined ? rustVersion : said;
  const from = said === undefined ? 'Cargo.toml' : 'berth.toml';
  if (needed !== null && isNewer(needed)) {
    throw new BerthError(
      'rust_version',
      `${from} asks for Rust ${needed}, and Berth has Rust ${SHOWN} of Debian alone. ` +
        `Lower it once the app compiles with ${SHOWN}, or add a Dockerfile that brings the version that you need.`,
      { details: { wanted: needed, from, available: SHOWN } },
    );
  }
  const isOther =
    toolchain !== null && toolchain !== 'stable' && (!/^\d/.test(toolchain) || isNewer(toolchain));
  return {
    choice: {
      what: 'Toolchain',
      value: `Rust ${SHOWN}`,
      why: needed === null ? 'This is the one that Berth has.' : `${from} asks for ${needed} or newer.`,
      change: 'Berth has the Rust of its Debian stack; a Dockerfile may bring another.',
    },
    warning: isOther
      ? `rust-toolchain asks for ${toolchain}; the app is compiled with Rust ${SHOWN}, the only one that Berth has. If that fails, add a Dockerfile that brings ${toolchain}.`
      : null,
  };
}

function isNewer(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  return major > AVAILABLE[0] || (major === AVAILABLE[0] && minor > AVAILABLE[1]);
}

/** `cargo install` builds a package's programs and puts them where we want them, in one command. */
function buildArgs(
  files: ProjectFiles,
  crates: readonly Crate[],
): { commands: string[][]; choice: PlanChoice } {
  const { command, install } = files.settings.build;
  const before = install === null ? [] : [userCommand(install).args];
  const change = 'Write command = "…" under [build] in berth.toml; it has to put the program into bin/.';
  const what = 'Build command';
  if (command !== null)
    return {
      commands: [...before, userCommand(command).args],
      choice: { what, value: command, why: 'berth.toml says so.', change },
    };
  const locked = files.has('Cargo.lock') ? ['--locked'] : [];
  const commands = crates.map(({ folder }) => [
    ...[
      'cargo',
      'install',
      '--path',
      folder === '' ? '.' : `./${folder}`,
      '--root',
      '/app',
      '--no-track',
      '--force',
    ],
    ...locked,
  ]);
  return {
    commands: [...before, ...commands],
    choice: {
      what,
      value: commands.map((args) => args.slice(0, 4).join(' ')).join(', '),
      why: 'Optimised programs go to bin/. Downloads and compiled crates are kept for this app’s next build.',
      change,
    },
  };
}

const WEB_NAMES = ['web', 'server', 'app', 'api', 'backend'];

/** How the `web` process starts, and which packages have to be compiled for it and for the other processes. */
function findStart(
  files: ProjectFiles,
  procfile: Procfile | null,
  crates: readonly Crate[],
): { args: string[]; choice: PlanChoice; crates: readonly Crate[] } {
  const change =
    'Write "web: bin/<program>" in Procfile, or command = "bin/<program>" under [start] in berth.toml.';
  const result = (args: string[], value: string, why: string, needed: readonly Crate[]) => ({
    args,
    choice: { what: 'Start command', value, why, change },
    crates: needed,
  });
  const words = [...(procfile?.values() ?? [])].join(' ');
  const named = crates.filter(({ programs }) =>
    programs.some((name) => new RegExp(`\\b${name}\\b`).test(words)),
  );
  const line = procfile?.get('web');
  if (line !== undefined) {
    const needed = named.length > 0 ? named : crates.slice(0, MOST_CRATES);
    return result(userCommand(line).args, line, `${processSource(files, 'web')} says so for "web".`, needed);
  }
  const all = crates.flatMap((crate) => crate.programs.map((name) => ({ crate, name })));
  const chosen =
    (all.length === 1 ? all[0] : undefined) ??
    all.find(({ crate, name }) => crate.defaultRun === name) ??
    all.find(({ crate, name }) => crate.folder === '' && crate.name === name) ??
    WEB_NAMES.flatMap((name) => all.filter((each) => each.name === name))[0];
  if (chosen === undefined) throw all.length === 0 ? noProgram() : several(all.map(({ name }) => name));
  const needed = [...new Set([chosen.crate, ...named])].slice(0, MOST_CRATES);
  const why =
    all.length === 1
      ? 'It is the only program of this package.'
      : 'Of several programs it is the main one by its name.';
  const program = `bin/${chosen.name}`;
  if (!chosen.crate.rocket) return result([`/app/${program}`], program, why, needed);
  const rocket = `${why} Rocket listens where ROCKET_PORT says, whatever Rocket.toml does.`;
  const args = ['/bin/sh', '-c', `ROCKET_PORT=$PORT exec /app/${program}`];
  return result(args, `ROCKET_PORT=$PORT ${program}`, rocket, needed);
}

function noProgram(): BerthError {
  return new BerthError(
    'no_start_command',
    'Cargo.toml describes a library: there is neither src/main.rs nor a [[bin]]. Add a src/main.rs with a server that listens on $PORT.',
  );
}

function several(names: readonly string[]): BerthError {
  return new BerthError(
    'no_start_command',
    `There are ${names.length} programs (${names.slice(0, 8).join(', ')}), and nothing says which of them is the server. ` +
      `Write default-run = "${names[0]}" under [package] in Cargo.toml, or a Procfile with the line "web: bin/${names[0]}", naming the one that is.`,
    { details: { programs: names } },
  );
}
