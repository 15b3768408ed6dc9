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
import { installSettings, packageCache, venvArgs } from './install.js';

export interface PythonImage {
  instructions: Instruction[];
  /** The final stage's instructions after FROM, with their part of the image. */
  finalStage: { instruction: Instruction; part: LayerPart }[];
}

export interface PythonImageInput {
  appId: string;
  /** Image references of the two stacks. */
  stacks: { build: string; run: string };
  /** Folder of the context with the app's files. */
  source: string;
  /** Files that the installation reads; empty with `needsSource`. */
  manifests: string[];
  needsSource: boolean;
  /** File of the context with what Poetry or Pipenv would install; the manifests are then of no use. */
  requirementsFile?: string | undefined;
  install: string[] | null;
  /** A command of the author's that builds. */
  build: string[] | null;
  /** Django's own last step. */
  collectStatic: boolean;
  buildEnv: Readonly<Record<string, string>>;
  runEnv: Readonly<Record<string, string>>;
  /** Files of Berth's own that the server needs. */
  also?: readonly Instruction[];
  web: string[];
}

/** Settings that ask for secrets find something while static files are collected; it is in no layer. */
const STAND_INS = ['SECRET_KEY', 'DJANGO_SECRET_KEY'].map(
  (name) => `${name}=only-while-static-files-are-collected`,
);

/**
 * Packages are installed into /app/.venv by a stage that has only the manifests, so that a changed source file changes one small
 * layer. No command runs after the source is there, except Django's collectstatic.
 */
export function pythonImage(input: PythonImageInput): PythonImage {
  const { install, build, source } = input;
  const sourceLayer = copy([`${source}/`], './');
  const hasPackages = install !== null;
  const packages: PythonImage['finalStage'] = hasPackages
    ? [{ instruction: copy(['/app/.venv/'], './.venv/', 'dependencies'), part: 'dependencies' }]
    : [];
  const app: PythonImage['finalStage'] =
    build === null
      ? [{ instruction: sourceLayer, part: 'app' }]
      : [{ instruction: copy(['/app/'], './', 'output'), part: 'app' }];
  const finalStage: PythonImage['finalStage'] = [
    { instruction: workdir('/app'), part: 'runtime' },
    { instruction: unprivileged(), part: 'runtime' },
    ...Object.entries(input.runEnv).map(([key, value]) => ({
      instruction: env(key, value),
      part: 'runtime' as const,
    })),
    ...(input.also ?? []).map((instruction) => ({ instruction, part: 'runtime' as const })),
    ...packages,
    ...app,
    ...(input.collectStatic ? [{ instruction: collectStatic(input), part: 'app' as const }] : []),
    { instruction: cmd(input.web), part: 'app' },
  ];
  return {
    instructions: [
      ...(hasPackages || build !== null ? dependencies(input) : []),
      ...(build === null ? [] : building(input, build)),
      from(input.stacks.run),
      ...finalStage.map(({ instruction }) => instruction),
    ],
    finalStage,
  };
}

function dependencies(input: PythonImageInput): Instruction[] {
  const { appId, install, manifests, needsSource, source, requirementsFile } = input;
  const byFolder = Map.groupBy(manifests, (path) => path.slice(0, path.lastIndexOf('/') + 1));
  const files = needsSource
    ? [copy([`${source}/`], './')]
    : requirementsFile !== undefined
      ? [copy([requirementsFile], './')]
      : [...byFolder].map(([folder, paths]) =>
          copy(
            paths.map((path) => `${source}/${path}`),
            `/app/${folder}`,
          ),
        );
  return [
    from(input.stacks.build, 'dependencies'),
    workdir('/app'),
    unprivileged(),
    ...envs({ ...installSettings, ...input.buildEnv }),
    run(venvArgs),
    ...(install === null ? [] : [...files, run(install, packageCache(appId))]),
  ];
}

function building(input: PythonImageInput, build: string[]): Instruction[] {
  return [
    from('dependencies', 'build'),
    copy([`${input.source}/`], './'),
    run(build),
    from('build', 'output'),
    run(['rm', '-rf', '.venv']),
  ];
}

function collectStatic({ buildEnv }: PythonImageInput): Instruction {
  const given = Object.entries(buildEnv).map(([key, value]) => `${key}=${value}`);
  return run(['env', ...STAND_INS, ...given, 'python3', 'manage.py', 'collectstatic', '--noinput']);
}
