import type { LayerPart } from '#libs/contracts/build-plan.js';
import { cmd, copy, env, from, run, unprivileged, workdir, type Instruction } from '../dockerfile-text.js';
import { installArgs, npmCache, npmSettings, pruneArgs, type Install } from './install.js';

export interface NodeImage {
  instructions: Instruction[];
  /** The final stage's instructions after FROM, with their part of the image. */
  finalStage: { instruction: Instruction; part: LayerPart }[];
}

export interface NodeImageInput {
  appId: string;
  /** Image reference of the node stack. */
  stack: string;
  /** Folder of the context with the app's files. */
  source: string;
  install: Install;
  /** What builds; null when nothing does. */
  build: string[] | null;
  /** Environment of installing and building alone. */
  buildEnv: Readonly<Record<string, string>>;
  web: string[];
}

/**
 * Stages so that a changed source file rebuilds one small layer: what changes least comes first, the source last, and no
 * command runs after it where none has to.
 */
export function nodeImage(input: NodeImageInput): NodeImage {
  if (input.build !== null || (input.install.needed && input.install.needsSource !== null))
    return built(input);
  return input.install.needed ? plain(input) : bare(input);
}

/** No dependencies, nothing to build: the source on top of the stack. */
function bare(input: NodeImageInput): NodeImage {
  return image([], input, [{ instruction: copy([`${input.source}/`], './'), part: 'app' }]);
}

/** Dependencies in a stage of their own; the source on top. */
function plain(input: NodeImageInput): NodeImage {
  const dependencies = [
    ...stage(input, 'dependencies'),
    copyManifests(input),
    run(installArgs(input.install, false), npmCache(input.appId)),
  ];
  return image(dependencies, input, [
    { instruction: copyModules('dependencies'), part: 'dependencies' },
    { instruction: copy([`${input.source}/`], './'), part: 'app' },
  ]);
}

/**
 * Installs with development dependencies, builds, then takes them out again. `node_modules` travels in a layer of its
 * own, which stays the same while the dependencies do, although the source was there when it was made.
 */
function built(input: NodeImageInput): NodeImage {
  const { install } = input;
  const installing = install.needed ? [run(installArgs(install, true), npmCache(input.appId))] : [];
  const source = copy([`${input.source}/`], './');
  const building = input.build === null ? [] : [run(input.build)];
  const stages = [
    ...stage(input, 'build'),
    ...(install.needsSource === null
      ? [...(install.needed ? [copyManifests(input)] : []), ...installing, source]
      : [source, ...installing]),
    ...building,
  ];
  if (!install.needed) {
    return image(stages, input, [{ instruction: copy(['/app/'], './', 'build'), part: 'app' }]);
  }
  const modules = [
    from('build', 'modules'),
    ...(install.hasDevDependencies ? [run(pruneArgs(), npmCache(input.appId))] : []),
    // Pruning the last package takes the folder away; the copy below needs it.
    run(['mkdir', '-p', 'node_modules']),
  ];
  const output = [from('build', 'output'), run(['rm', '-rf', 'node_modules'])];
  return image([...stages, ...modules, ...output], input, [
    { instruction: copyModules('modules'), part: 'dependencies' },
    { instruction: copy(['/app/'], './', 'output'), part: 'app' },
  ]);
}

function stage({ stack, buildEnv }: NodeImageInput, name: string): Instruction[] {
  return [
    from(stack, name),
    workdir('/app'),
    unprivileged(),
    ...npmSettings.map(([key, value]) => env(key, value)),
    ...Object.entries(buildEnv).map(([key, value]) => env(key, value)),
  ];
}

function copyManifests(input: NodeImageInput): Instruction {
  return copy(
    input.install.files.map((path) => `${input.source}/${path}`),
    './',
  );
}

function copyModules(stageName: string): Instruction {
  return copy(['/app/node_modules/'], './node_modules/', stageName);
}

function image(stages: Instruction[], input: NodeImageInput, layers: NodeImage['finalStage']): NodeImage {
  const finalStage: NodeImage['finalStage'] = [
    { instruction: workdir('/app'), part: 'runtime' },
    { instruction: unprivileged(), part: 'runtime' },
    { instruction: env('NODE_ENV', 'production'), part: 'runtime' },
    ...layers,
    { instruction: cmd(input.web), part: 'app' },
  ];
  return {
    instructions: [...stages, from(input.stack), ...finalStage.map(({ instruction }) => instruction)],
    finalStage,
  };
}
