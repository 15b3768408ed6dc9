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
/** With Debian's Rust, and with any that rustup fetches. */
const BUILD_STACK = 'rust-build';
const RUSTUP_STACK = 'rustup-build';
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
  const buildStack = toolchain.channel === null ? BUILD_STACK : RUSTUP_STACK;
  const stacks = { build: stackImage(context, buildStack), run: stackImage(context, RUN_STACK) };
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
    ...(toolchain.channel === null ? [] : fetchToolchain(toolchain.channel)),
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
    warnings: files.has('Cargo.lock')
      ? []
      : [
          'There is no Cargo.lock, so cargo picks the newest versions that fit. Commit Cargo.lock to get the same ones each time.',
        ],
    dockerfile: imageText(stage, stacks.run, finalStage),
    stacks: [buildStack, RUN_STACK],
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

/** What rustup knows by name. */
const CHANNEL = /^(?:stable|beta|nightly|\d+\.\d+(?:\.\d+)?)(?:-\d{4}-\d{2}-\d{2})?$/;

/**
 * Which Rust compiles the app: Debian's where that will do, else the very one that is asked for, by rustup. Throws BerthError `rust_version` for
 * a name that rustup does not know.
 */
function toolchainChoice(
  files: ProjectFiles,
  { rustVersion, toolchain }: RustProject,
): { channel: string | null; choice: PlanChoice } {
  const said = files.settings.build.versions['rust'];
  const [wanted, from] =
    said !== undefined
      ? [said, 'berth.toml']
      : toolchain !== null && toolchain !== 'stable'
        ? [toolchain, 'rust-toolchain']
        : [rustVersion, 'Cargo.toml'];
  if (wanted !== null && !CHANNEL.test(wanted))
    throw new BerthError(
      'rust_version',
      `${from} asks for Rust ${wanted}, which is no name of a Rust that rustup fetches. Write a version such as "1.91", or "stable".`,
      { details: { wanted, from } },
    );
  // A newer Rust compiles what an older one does.
  const isEnough = wanted === null || (from !== 'berth.toml' && /^\d/.test(wanted) && !isNewer(wanted));
  return {
    channel: isEnough ? null : wanted,
    choice: {
      what: 'Toolchain',
      value: isEnough ? `Rust ${SHOWN}` : `Rust ${wanted}, by rustup`,
      why:
        wanted === null
          ? 'The app names no version; this is Debian’s.'
          : `${from} asks for ${wanted}${from === 'Cargo.toml' ? ' or newer' : ''}.`,
      change: `Write channel = "1.91" under [toolchain] in rust-toolchain.toml for another; ${SHOWN} is Debian’s, and nothing has to be fetched for it.`,
    },
  };
}

/** In a layer of its own, before the source is there. */
function fetchToolchain(channel: string): Instruction[] {
  return [
    env('RUSTUP_TOOLCHAIN', channel),
    run(['rustup', 'toolchain', 'install', channel, '--profile', 'minimal', '--no-self-update']),
  ];
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
