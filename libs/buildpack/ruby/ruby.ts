import type { BuildPlan, LayerPart, PlanChoice } from '#libs/contracts/build-plan.js';
import { userCommand } from '../command.js';
import {
  cmd,
  copy,
  env,
  envs,
  from,
  imageText,
  run,
  unprivileged,
  workdir,
  type Cache,
  type Instruction,
} from '../dockerfile-text.js';
import type { Detection, Language, PlanContext } from '../language.js';
import { portVariable } from '../port-variable.js';
import { processesOf } from '../processes.js';
import { readProcfile } from '../procfile.js';
import type { ProjectFiles } from '../project-files.js';
import { stacksOf } from '../versions.js';
import { readGemfile, RUBIES, rubyChoice, type Gemfile } from './gemfile.js';
import { findStart, isRails, starts } from './start-command.js';

const SOURCE = 'app';
const GEMS = '/home/app/gems';

export const language: Language = {
  name: 'ruby',
  title: 'Ruby',
  async detect(files) {
    const by = ['Gemfile', 'config.ru'].find((path) => files.has(path));
    return by === undefined ? null : { by, starts: starts(files, await readProcfile(files)) };
  },
  plan,
};

/** A lockfile of another Bundler is read by the one that there is, rather than have the other one fetched at each start. */
const ANY_BUNDLER = { BUNDLE_VERSION: 'system' };

/** Gems that were downloaded for this app, kept from one build to the next. */
function gemCache(appId: string): Cache {
  return { id: `berth-${appId}-gems`, target: '/home/app/.bundle/cache' };
}

async function plan(files: ProjectFiles, detection: Detection, context: PlanContext): Promise<BuildPlan> {
  const procfile = await readProcfile(files);
  const gemfile = await readGemfile(files);
  const runtime = await rubyChoice(files, gemfile);
  const start = findStart(files, procfile, gemfile);
  const install = installArgs(files);
  const build = buildArgs(files, gemfile);
  const needsBuild = install !== null || build !== null;
  const stack = { language: 'ruby', versions: RUBIES, version: runtime.version };
  const stacks = stacksOf(context, stack, needsBuild);
  const finalStage: { instruction: Instruction; part: LayerPart }[] = [
    { instruction: workdir('/app'), part: 'runtime' },
    { instruction: unprivileged(), part: 'runtime' },
    ...envs({
      ...ANY_BUNDLER,
      RACK_ENV: 'production',
      RAILS_ENV: 'production',
      RAILS_LOG_TO_STDOUT: '1',
      RAILS_SERVE_STATIC_FILES: '1',
    }).map((instruction) => ({ instruction, part: 'runtime' as const })),
    ...(install === null
      ? []
      : [{ instruction: copy([`${GEMS}/`], `${GEMS}/`, 'dependencies'), part: 'dependencies' as const }]),
    build === null
      ? { instruction: copy([`${SOURCE}/`], './'), part: 'app' }
      : { instruction: copy(['/app/'], './', 'build'), part: 'app' },
    // What Bundler chose, where the app does not say it itself.
    ...(install === null || files.has('Gemfile.lock') || build !== null
      ? []
      : [{ instruction: copy(['/app/Gemfile.lock'], './', 'dependencies'), part: 'app' as const }]),
    { instruction: cmd(start.args), part: 'app' },
  ];
  const rails = isRails(files, gemfile.gems);
  return {
    language: 'ruby',
    title: rails ? 'Ruby on Rails' : 'Ruby',
    detectedBy: detection.by,
    choices: [
      runtime.choice,
      installChoice(files, install),
      buildChoice(files, build),
      start.choice,
      portVariable('app'),
    ],
    warnings: [
      runtime.warning,
      install !== null && !files.has('Gemfile.lock')
        ? 'There is no Gemfile.lock, so Bundler picks versions by itself. Commit Gemfile.lock to get the same ones each time.'
        : null,
      install !== null && gemfile.needsSource !== null
        ? `Gems are installed anew for each change of the source, because ${gemfile.needsSource}.`
        : null,
      rails && !('SECRET_KEY_BASE' in files.settings.manifest.env)
        ? 'Rails wants SECRET_KEY_BASE, or RAILS_MASTER_KEY where it has credentials, among the app’s config (berth config set SECRET_KEY_BASE=…).'
        : null,
    ].filter((text) => text !== null),
    dockerfile: imageText(
      needsBuild
        ? [...dependencies(files, context.appId, gemfile, install, stacks.build), ...building(files, build)]
        : [],
      stacks.run,
      finalStage,
    ),
    stacks: stacks.names,
    sourceFolder: SOURCE,
    extraFiles: {},
    ignore: ['vendor/bundle', '.bundle', 'node_modules', 'log', 'tmp'],
    finalStage,
    dependencyFiles: install === null ? [] : ['Gemfile', 'Gemfile.lock'].filter((path) => files.has(path)),
    processes: processesOf(procfile, start.args),
    port: null,
    healthPath: null,
  };
}

/** What is there already (vendor/cache, Debian's gems) needs no registry; only then it is asked. */
const BUNDLE_INSTALL = 'bundle install --local --quiet 2>/dev/null || exec bundle install';

function installArgs(files: ProjectFiles): string[] | null {
  const { install } = files.settings.build;
  if (install !== null) return userCommand(install).args;
  return files.has('Gemfile') ? ['/bin/sh', '-c', BUNDLE_INSTALL] : null;
}

function installChoice(files: ProjectFiles, install: string[] | null): PlanChoice {
  const what = 'Dependencies';
  const change = 'Write install = "…" under [build] in berth.toml for another command.';
  const said = files.settings.build.install;
  if (said !== null) return { what, value: said, why: 'berth.toml says so.', change };
  if (install === null) return { what, value: 'none', why: 'There is no Gemfile.', change };
  const why = files.hasFolder('vendor/cache')
    ? 'vendor/cache has gems, which need no registry.'
    : 'Gemfile names gems. Where this host cannot reach their registry: "bundle cache", and commit vendor/cache.';
  return { what, value: 'bundle install', why, change };
}

/** The author's own command, or what Rails needs for its pages. */
function buildArgs(files: ProjectFiles, { gems }: Gemfile): string[] | null {
  const { command } = files.settings.build;
  if (command !== null) return userCommand(command).args;
  if (!isRails(files, gems) || !['propshaft', 'sprockets-rails'].some((gem) => gems.has(gem))) return null;
  return ['env', 'SECRET_KEY_BASE_DUMMY=1', 'bundle', 'exec', 'rails', 'assets:precompile'];
}

function buildChoice(files: ProjectFiles, build: string[] | null): PlanChoice {
  const { command } = files.settings.build;
  return {
    what: 'Build command',
    value: command ?? (build === null ? 'none' : 'rails assets:precompile'),
    why:
      command !== null
        ? 'berth.toml says so.'
        : build === null
          ? 'Ruby needs none.'
          : 'It is a Rails app with a pipeline of assets.',
    change: 'Write command = "…" under [build] in berth.toml.',
  };
}

function dependencies(
  files: ProjectFiles,
  appId: string,
  { needsSource }: Gemfile,
  install: string[] | null,
  stack: string,
): Instruction[] {
  const whole = needsSource !== null || files.settings.build.install !== null;
  const manifests = ['Gemfile', 'Gemfile.lock', '.ruby-version', '.tool-versions'].filter((path) =>
    files.has(path),
  );
  return [
    from(stack, 'dependencies'),
    workdir('/app'),
    unprivileged(),
    ...envs(ANY_BUNDLER),
    env('BUNDLE_GLOBAL_GEM_CACHE', 'true'),
    env('BUNDLE_USER_HOME', '/home/app/.bundle'),
    // Without a lockfile Bundler writes one.
    ...(files.has('Gemfile.lock') ? [env('BUNDLE_FROZEN', 'true')] : []),
    ...envs(files.settings.build.env),
    run(['mkdir', '-p', GEMS]),
    ...(install === null
      ? []
      : [
          ...(whole
            ? [copy([`${SOURCE}/`], './')]
            : [
                copy(
                  manifests.map((path) => `${SOURCE}/${path}`),
                  './',
                ),
                ...(files.hasFolder('vendor/cache')
                  ? [copy([`${SOURCE}/vendor/cache/`], './vendor/cache/')]
                  : []),
              ]),
          run(install, gemCache(appId)),
        ]),
  ];
}

function building(files: ProjectFiles, build: string[] | null): Instruction[] {
  if (build === null) return [];
  return [
    from('dependencies', 'build'),
    ...envs({ RAILS_ENV: 'production' }),
    copy([`${SOURCE}/`], './'),
    run(build),
  ];
}
