import { BerthError } from '#libs/core/errors.js';
import type { PlanChoice } from '#libs/contracts/build-plan.js';
import { plainWords, userCommand } from '../command.js';
import { processSource, type Procfile } from '../procfile.js';
import type { ProjectFiles } from '../project-files.js';
import type { PackageJson } from './package-json.js';

/** Files that start an app when nothing else says how, in the order in which they are looked for. */
const ENTRY_FILES = [
  'server.js',
  'index.js',
  'app.js',
  'main.js',
  'server.mjs',
  'index.mjs',
  'server.cjs',
  'index.cjs',
];

export interface StartCommand {
  args: string[];
  choice: PlanChoice;
}

const change = 'Write command = "…" under [start] in berth.toml, or a "start" script in package.json.';

/**
 * How the `web` process starts: Procfile, then the start script, then `main`, then a well-known file. null when none of
 * them is there.
 */
export function findStartCommand(
  files: ProjectFiles,
  manifest: PackageJson,
  procfile: Procfile | null,
): StartCommand | null {
  return (
    fromProcfile(files, procfile) ??
    fromScript(manifest) ??
    fromMain(files, manifest) ??
    fromEntryFile(files) ??
    null
  );
}

function fromProcfile(files: ProjectFiles, procfile: Procfile | null): StartCommand | null {
  const line = procfile?.get('web');
  if (line === undefined) return null;
  const command = userCommand(line);
  const how = command.shell === null ? '' : `; started by /bin/sh because ${command.shell}`;
  return start(command.args, line, `${processSource(files, 'web')} says so for "web"${how}.`);
}

function fromScript(manifest: PackageJson): StartCommand | null {
  const script = manifest.scripts?.['start'];
  if (script === undefined || script.trim() === '') return null;
  const words = plainWords(script);
  const hooks = ['prestart', 'poststart'].filter((name) => manifest.scripts?.[name] !== undefined);
  if (words?.[0] === 'node' && hooks.length === 0) {
    return start(
      words,
      words.join(' '),
      'It is the "start" script of package.json, run without npm in between: it starts sooner and gets SIGTERM itself.',
    );
  }
  const reason = hooks.length > 0 ? `, run by npm because there is a "${hooks[0]}" script` : '';
  return start(['npm', 'start'], 'npm start', `It is the "start" script of package.json${reason}.`);
}

function fromMain(files: ProjectFiles, manifest: PackageJson): StartCommand | null {
  if (manifest.main === undefined) return null;
  const path = manifest.main.replace(/^\.\//, '').replace(/\/$/, '');
  const found = [path, `${path}.js`, `${path}/index.js`].find((candidate) => files.has(candidate));
  if (found === undefined) return null;
  return start(
    ['node', found],
    `node ${found}`,
    'package.json has no "start" script; "main" names this file.',
  );
}

function fromEntryFile(files: ProjectFiles): StartCommand | null {
  const found = ENTRY_FILES.find((candidate) => files.has(candidate));
  if (found === undefined) return null;
  return start(['node', found], `node ${found}`, `Nothing says how to start; ${found} is there.`);
}

function start(args: string[], value: string, why: string): StartCommand {
  return { args, choice: { what: 'Start command', value, why, change } };
}

/** The error for an app that nobody knows how to start: what was looked at, what to write. */
export function noStartCommand(manifest: PackageJson): BerthError {
  const main =
    manifest.main === undefined ? 'has no "main"' : `names "${manifest.main}" as "main", which is not there`;
  return new BerthError(
    'no_start_command',
    `Nothing says how to start this app: neither berth.toml nor a Procfile says it for "web", package.json has no "start" script and ${main}, ` +
      `and there is none of ${ENTRY_FILES.join(', ')}. ` +
      `Add "scripts": { "start": "node your-file.js" } to package.json, or write berth.toml with command = "node your-file.js" under [start].`,
    { details: { looked: ['berth.toml', 'Procfile', 'package.json', ...ENTRY_FILES] } },
  );
}
