import type { LayerPart } from '#libs/contracts/build-plan.js';
import {
  cmd,
  copy,
  env,
  envs,
  from,
  run,
  unprivileged,
  workdir,
  type Instruction,
} from '../dockerfile-text.js';
import { siteStage } from '../static/site-image.js';
import {
  canPrune,
  installArgs,
  installCaches,
  installSettings,
  installsProduction,
  pruneCommands,
  type Install,
} from './install.js';

export interface NodeImage {
  instructions: Instruction[];
  /** The final stage's instructions after FROM, with their part of the image. */
  finalStage: { instruction: Instruction; part: LayerPart }[];
}

/** One command of the build, in a folder below the one in which packages are installed. */
export interface BuildStep {
  folder: string;
  args: string[];
}

export interface NodeImageInput {
  appId: string;
  /** Image reference of the node stack. */
  stack: string;
  /** Folder of the context with the files in which packages are installed. */
  source: string;
  /** The app's folder below it; empty where it is that folder. */
  appFolder: string;
  install: Install;
  steps: readonly BuildStep[];
  /** Environment of installing and building alone. */
  buildEnv: Readonly<Record<string, string>>;
  /** Folder, below the app's, whose content the build finds again the next time. */
  buildCache: string | null;
  result: NodeServer | NodeSite;
  /** Does what runs need development dependencies, or the package manager? */
  keepDev: boolean;
  keepTool: boolean;
}

interface NodeServer {
  kind: 'server';
  web: string[];
  env: Readonly<Record<string, string>>;
  /** Files of Berth's own that the server needs. */
  also?: readonly Instruction[];
}

interface NodeSite {
  kind: 'site';
  /** Image reference of the static stack. */
  stack: string;
  /** Below the app's folder. */
  folder: string;
}

const TOOLS = '/home/app/.tools';

const REMOVE = ['-exec', 'rm', '-rf', '{}', '+'];
/** Takes every folder of packages away. */
const ALL_MODULES = ['find', '.', '-name', 'node_modules', '-type', 'd', '-prune', ...REMOVE];
/** Takes away all but the folders of packages. */
const ALL_BUT_MODULES = ['find', '.', '-name', 'node_modules', '-prune', '-o', '!', '-type', 'd', ...REMOVE];
/** Takes away what tools keep among the packages and what differs from one build to the next. */
const CACHES = [
  ...['find', '.', '('],
  ...['.cache', '.vite', '.modules.yaml', '.pnpm-workspace-state*', '.yarn-state.yml', '.yarn-integrity']
    .flatMap((name) => ['-o', '-path', `*/node_modules/${name}`])
    .slice(1),
  ...[')', '-prune', ...REMOVE],
];

/**
 * Stages so that a changed source file rebuilds one small layer: what changes least comes first, the source last, and no
 * command runs after it where none has to.
 */
export function nodeImage(input: NodeImageInput): NodeImage {
  const { install, steps, result } = input;
  if (result.kind === 'site') return siteOf(input, result);
  const afterwards = install.needed && (install.needsSource !== null || !installsProduction(install));
  if (steps.length > 0 || afterwards) return built(input);
  return install.needed ? plain(input) : bare(input);
}

/** No dependencies, nothing to build: the source on top of the stack, and the program that starts it where that is another. */
function bare(input: NodeImageInput): NodeImage {
  const tools = input.keepTool && input.install.manager.tool !== null ? stage(input, 'tools') : [];
  return image(tools, input, [{ instruction: copy([`${input.source}/`], '/app/'), part: 'app' }]);
}

/** Dependencies in a stage of their own; the source on top. */
function plain(input: NodeImageInput): NodeImage {
  const { install, appId, keepDev } = input;
  const dependencies = [
    ...stage(input, 'dependencies'),
    ...copyManifests(input),
    run(installArgs(install, keepDev), ...installCaches(appId, install)),
    // Nothing to install for this system leaves no folder, and the copy below needs it.
    ...(install.manager.name === 'npm' ? [] : [run(['mkdir', '-p', 'node_modules'])]),
  ];
  // Packages of a workspace have folders of their own; the manifests beside them are the source's own.
  const folder = install.workspaces ? '' : 'node_modules/';
  return image(dependencies, input, [
    {
      instruction: copy([`/app/${folder}`], `/app/${folder}`, 'dependencies'),
      part: 'dependencies',
    },
    { instruction: copy([`${input.source}/`], '/app/'), part: 'app' },
  ]);
}

/**
 * Installs with development dependencies, builds, then takes them out again. `node_modules` travels in a layer of its
 * own, which stays the same while the dependencies do, although the source was there when it was made.
 */
function built(input: NodeImageInput): NodeImage {
  const stages = buildStage(input);
  if (!input.install.needed) {
    return image(stages, input, [{ instruction: copy(['/app/'], '/app/', 'build'), part: 'app' }]);
  }
  const { workspaces } = input.install;
  const modules = [
    from('build', 'modules'),
    workdir('/app'),
    ...prune(input),
    run(['mkdir', '-p', 'node_modules']),
    run(CACHES),
    ...(workspaces ? [run(ALL_BUT_MODULES)] : []),
  ];
  const output = [from('build', 'output'), workdir('/app'), run(ALL_MODULES)];
  const folder = workspaces ? '' : 'node_modules/';
  return image([...stages, ...modules, ...output], input, [
    { instruction: copy([`/app/${folder}`], `/app/${folder}`, 'modules'), part: 'dependencies' },
    { instruction: copy(['/app/'], '/app/', 'output'), part: 'app' },
  ]);
}

/** The site that the build makes, on the stack that serves sites: neither Node nor packages are in the image. */
function siteOf(input: NodeImageInput, { stack, folder }: NodeSite): NodeImage {
  const path = ['/app', input.appFolder, folder].filter((part) => part !== '' && part !== '.').join('/');
  const finalStage = siteStage(`${path}/`, 'build');
  return {
    instructions: [...buildStage(input), from(stack), ...finalStage.map(({ instruction }) => instruction)],
    finalStage,
  };
}

/** Packages, source, and the commands of the build. */
function buildStage(input: NodeImageInput): Instruction[] {
  const { install, source, appId, appFolder, buildCache } = input;
  // Build scripts call package managers too, and these want their cache.
  const packages = install.needed ? installCaches(appId, install) : [];
  const installing = install.needed ? [run(installArgs(install, true), ...packages)] : [];
  const all = copy([`${source}/`], '/app/');
  const cache =
    buildCache === null
      ? undefined
      : { id: `berth-${appId}-build`, target: `${folderPath(appFolder)}/${buildCache}` };
  return [
    ...stage(input, 'build'),
    // Folders that a mount makes are root's.
    ...(cache === undefined ? [] : [run(['mkdir', '-p', cache.target])]),
    ...(install.needsSource === null
      ? [...(install.needed ? copyManifests(input) : []), ...installing, all]
      : [all, ...installing]),
    ...input.steps.flatMap(({ folder, args }) => [
      workdir(folderPath(folder)),
      run(args, ...packages, cache),
    ]),
  ];
}

function prune({ install, keepDev, appId }: NodeImageInput): Instruction[] {
  if (keepDev || !install.hasDevDependencies || !canPrune(install)) return [];
  return pruneCommands(install).map((args) => run(args, ...installCaches(appId, install)));
}

function folderPath(folder: string): string {
  return folder === '' ? '/app' : `/app/${folder}`;
}

/** Begins a stage that installs: the stack, the package manager, its settings. */
function stage(input: NodeImageInput, name: string): Instruction[] {
  const { install, buildEnv, appId } = input;
  const { tool } = install.manager;
  const settings = { ...installSettings(install), ...buildEnv };
  return [
    from(input.stack, name),
    workdir('/app'),
    unprivileged(),
    ...envs(settings),
    ...(tool === null
      ? []
      : [
          run(['npm', 'install', '--global', '--prefix', TOOLS, `${tool.package}@${tool.version}`], {
            id: `berth-${appId}-npm`,
            target: '/home/app/.npm',
          }),
        ]),
    env('PATH', searchPath(input, tool !== null)),
  ];
}

/** Programs of the app's packages first, as package managers do it. */
function searchPath({ appFolder, install }: NodeImageInput, withTool: boolean): string {
  const tool =
    install.manager.tool?.package.startsWith('@oven/') === true
      ? `${TOOLS}/lib/node_modules/${install.manager.tool.package}/bin`
      : `${TOOLS}/bin`;
  return [
    ...(appFolder === '' ? [] : [`/app/${appFolder}/node_modules/.bin`]),
    '/app/node_modules/.bin',
    ...(withTool ? [tool] : []),
    ...['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'],
  ].join(':');
}

/** Each manifest into the folder where it lies in the source. */
function copyManifests({ install, source }: NodeImageInput): Instruction[] {
  const byFolder = new Map<string, string[]>();
  for (const path of install.files) {
    const at = path.lastIndexOf('/');
    const folder = path.slice(0, at + 1);
    byFolder.set(folder, [...(byFolder.get(folder) ?? []), `${source}/${path}`]);
  }
  return [...byFolder].map(([folder, paths]) => copy(paths, `/app/${folder}`));
}

function image(stages: Instruction[], input: NodeImageInput, layers: NodeImage['finalStage']): NodeImage {
  const { result, keepTool, install } = input;
  if (result.kind !== 'server') throw new Error('A site has an image of its own.');
  const tool = keepTool && install.manager.tool !== null && stages.length > 0;
  const runtime = (instruction: Instruction) => ({ instruction, part: 'runtime' as const });
  const finalStage: NodeImage['finalStage'] = [
    runtime(workdir('/app')),
    runtime(unprivileged()),
    runtime(env('NODE_ENV', 'production')),
    runtime(env('PATH', searchPath(input, tool))),
    ...envs(result.env).map(runtime),
    ...(tool ? [runtime(copy([`${TOOLS}/`], `${TOOLS}/`, firstStage(stages)))] : []),
    ...(result.also ?? []).map(runtime),
    ...layers,
    // After the source: a folder that WORKDIR makes would be root's.
    ...(input.appFolder === '' ? [] : [runtime(workdir(folderPath(input.appFolder)))]),
    { instruction: cmd(result.web), part: 'app' },
  ];
  return {
    instructions: [...stages, from(input.stack), ...finalStage.map(({ instruction }) => instruction)],
    finalStage,
  };
}

function firstStage(stages: readonly Instruction[]): string {
  return / AS (\S+)$/.exec(stages[0] ?? '')?.[1] ?? 'build';
}
