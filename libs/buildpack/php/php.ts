import type { BuildPlan, LayerPart, PlanChoice } from '#libs/contracts/build-plan.js';
import { BerthError } from '#libs/core/errors.js';
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
  type Instruction,
} from '../dockerfile-text.js';
import type { Detection, Language, PlanContext } from '../language.js';
import { portVariable } from '../port-variable.js';
import { processesOf } from '../processes.js';
import { processSource, readProcfile, type Procfile } from '../procfile.js';
import type { ProjectFiles } from '../project-files.js';
import { stacksOf } from '../versions.js';
import { apacheConf } from './apache-conf.js';
import { readComposer, type Composer } from './composer.js';
import { phpChoice, PHPS } from './version.js';

const SOURCE = 'app';
const CONF = '/home/app/apache.conf';

/** Folders that visitors see, by the custom of one framework or another; the app's root last. */
const FOLDERS = ['public', 'web', 'webroot', 'htdocs', 'html', 'www', ''];

export const language: Language = {
  name: 'php',
  title: 'PHP',
  async detect(files) {
    const page = pageFolder(files);
    // A folder that berth.toml names may be that of a site, or of another language.
    const folder = page !== null && files.has(indexOf(page)) ? page : null;
    const by = files.has('composer.json') ? 'composer.json' : folder === null ? null : indexOf(folder);
    if (by === null) return null;
    return { by, starts: folder !== null || (await readProcfile(files))?.has('web') === true };
  },
  plan,
};

function pageFolder(files: ProjectFiles): string | null {
  const said = files.settings.build.publish;
  if (said !== null) return said === '.' ? '' : said;
  return FOLDERS.find((folder) => files.has(indexOf(folder))) ?? null;
}

function indexOf(folder: string): string {
  return folder === '' ? 'index.php' : `${folder}/index.php`;
}

async function plan(files: ProjectFiles, detection: Detection, context: PlanContext): Promise<BuildPlan> {
  const procfile = await readProcfile(files);
  const composer = await readComposer(files);
  const folder = herokuFolder(procfile) ?? pageFolder(files);
  const start = findStart(files, procfile, folder);
  const install = installArgs(files, composer);
  const { command } = files.settings.build;
  const root = folder === null || folder === '' ? '/app' : `/app/${folder}`;
  const at = folder === null || folder === '' ? '' : `${folder}/`;
  const needsBuild = install !== null || command !== null;
  const runtime = phpChoice(files, composer);
  const stack = { language: 'php', versions: PHPS, version: runtime.version };
  const stacks = stacksOf(context, stack, needsBuild);
  const finalStage: { instruction: Instruction; part: LayerPart }[] = [
    { instruction: workdir('/app'), part: 'runtime' },
    { instruction: unprivileged(), part: 'runtime' },
    { instruction: copy(['apache.conf'], CONF), part: 'runtime' },
    ...(install === null || command !== null
      ? []
      : [
          { instruction: copy(['/app/vendor/'], './vendor/', 'dependencies'), part: 'dependencies' as const },
        ]),
    command === null
      ? { instruction: copy([`${SOURCE}/`], './'), part: 'app' }
      : { instruction: copy(['/app/'], './', 'build'), part: 'app' },
    { instruction: cmd(start.args), part: 'runtime' },
  ];
  return {
    language: 'php',
    title: 'PHP',
    detectedBy: detection.by,
    choices: [runtime.choice, installChoice(files, composer, install), start.choice, portVariable('server')],
    warnings: [
      composer !== null && install !== null && !files.has('composer.lock')
        ? 'There is no composer.lock, so Composer picks the newest versions that fit. Commit composer.lock to get the same ones each time.'
        : null,
      install !== null && composer?.needsSource
        ? `Dependencies are installed anew for each change of the source, because ${composer.needsSource}.`
        : null,
    ].filter((text) => text !== null),
    dockerfile: imageText(
      [
        ...dependencies(files, context.appId, composer, install, stacks.build),
        ...(command === null
          ? []
          : [
              install === null ? from(stacks.build, 'build') : from('dependencies', 'build'),
              workdir('/app'),
              unprivileged(),
              ...envs(files.settings.build.env),
              copy([`${SOURCE}/`], './'),
              run(userCommand(command).args),
            ]),
      ],
      stacks.run,
      finalStage,
    ),
    stacks: stacks.names,
    sourceFolder: SOURCE,
    extraFiles: {
      'apache.conf': apacheConf({
        version: runtime.version,
        root,
        fallback: !files.has(`${at}.htaccess`) && files.has(`${at}index.php`),
      }),
    },
    ignore: install === null ? ['node_modules'] : ['vendor', 'node_modules'],
    finalStage,
    dependencyFiles:
      install === null ? [] : ['composer.json', 'composer.lock'].filter((path) => files.has(path)),
    processes: processesOf(procfile, start.args),
    port: null,
    healthPath: null,
  };
}

function dependencies(
  files: ProjectFiles,
  appId: string,
  composer: Composer | null,
  install: string[] | null,
  stack: string,
): Instruction[] {
  if (install === null) return [];
  const manifests = ['composer.json', 'composer.lock', 'auth.json', 'symfony.lock'].filter((path) =>
    files.has(path),
  );
  const ownCommand = files.settings.build.install !== null;
  return [
    from(stack, 'dependencies'),
    workdir('/app'),
    unprivileged(),
    env('COMPOSER_HOME', '/home/app/.composer'),
    env('COMPOSER_CACHE_DIR', '/home/app/.cache/composer'),
    ...envs(files.settings.build.env),
    composer?.needsSource || ownCommand
      ? copy([`${SOURCE}/`], './')
      : copy(
          manifests.map((path) => `${SOURCE}/${path}`),
          './',
        ),
    run(install, { id: `berth-${appId}-composer`, target: '/home/app/.cache/composer' }),
    // Without packages Composer makes no such folder; the copy below needs it.
    run(['mkdir', '-p', 'vendor']),
  ];
}

/** null when nothing has to be installed: no packages, or they are part of the source. */
function installArgs(files: ProjectFiles, composer: Composer | null): string[] | null {
  const { install } = files.settings.build;
  if (install !== null) return userCommand(install).args;
  if (composer === null || !composer.needed || files.has('vendor/autoload.php')) return null;
  return ['composer', 'install', '--no-dev', '--no-scripts', '--no-progress', '--optimize-autoloader'];
}

function installChoice(files: ProjectFiles, composer: Composer | null, install: string[] | null): PlanChoice {
  const change = 'Write install = "…" under [build] in berth.toml for another command.';
  const what = 'Dependencies';
  if (files.settings.build.install !== null)
    return { what, value: files.settings.build.install, why: 'berth.toml says so.', change };
  if (install !== null)
    return {
      what,
      value: install.join(' '),
      why: 'composer.json names packages. Where Packagist cannot be reached, commit vendor/ and it is used as it is.',
      change,
    };
  const why =
    composer !== null && files.has('vendor/autoload.php')
      ? 'vendor/ is part of the source and is used as it is.'
      : 'There are no packages to install.';
  return { what, value: 'none', why, change };
}

/** Heroku's own way to say which folder is served: `heroku-php-apache2 public/`. */
function herokuFolder(procfile: Procfile | null): string | null {
  const line = procfile?.get('web') ?? '';
  if (!/heroku-php-(?:apache2|nginx)/.test(line)) return null;
  const words = line.trim().split(/\s+/);
  const last = words.at(-1) ?? '';
  return /^[\w./-]+\/?$/.test(last) && !last.includes('heroku-php')
    ? last.replace(/\/$/, '').replace(/^\.\/?/, '')
    : '';
}

function findStart(
  files: ProjectFiles,
  procfile: Procfile | null,
  folder: string | null,
): { args: string[]; choice: PlanChoice } {
  const line = procfile?.get('web');
  const isHeroku = herokuFolder(procfile) !== null;
  const choice = (value: string, why: string, change: string): PlanChoice => ({
    what: 'Start command',
    value,
    why,
    change,
  });
  if (line !== undefined && !isHeroku)
    return {
      args: userCommand(line).args,
      choice: choice(line, `${processSource(files, 'web')} says so for "web".`, 'Change it there.'),
    };
  if (folder === null) {
    throw new BerthError(
      'no_start_command',
      `There is composer.json and no page to serve: Berth looked for index.php in ${FOLDERS.slice(0, -1).join(', ')} and the root. ` +
        'Add one, name its folder with publish = "…" under [build] in berth.toml, or write a Procfile with "web: php your-server.php".',
    );
  }
  const shown = folder === '' ? 'the root' : folder;
  return {
    args: ['apache2', '-DFOREGROUND', '-f', CONF],
    choice: choice(
      `Apache, serving ${shown}`,
      isHeroku ? 'Procfile names this folder.' : `${indexOf(folder)} is there.`,
      'Write publish = "…" under [build] in berth.toml for another folder, or command = "…" under [start] for another server.',
    ),
  };
}
