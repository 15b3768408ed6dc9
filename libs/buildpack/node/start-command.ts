import { BerthError } from '#libs/core/errors.js';
import type { PlanChoice } from '#libs/contracts/build-plan.js';
import { plainWords, userCommand } from '../command.js';
import { processSource, type Procfile } from '../procfile.js';
import type { ProjectFiles } from '../project-files.js';
import { isDevelopmentServer, type FoundFramework } from './frameworks.js';
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
  'server.ts',
  'index.ts',
];

export interface StartCommand {
  args: string[];
  choice: PlanChoice;
  /** The port that the command names itself; null when it leaves that to PORT. */
  port: number | null;
}

const change = 'Write command = "…" under [start] in berth.toml, or a "start" script in package.json.';

/**
 * How the `web` process starts: what its author says outright, then the start script, then the framework, `main`, a
 * well-known file. A start script that is for the author's own machine counts only where nothing else does. null when none of
 * them is there.
 */
export function findStartCommand(
  files: ProjectFiles,
  manifest: PackageJson,
  procfile: Procfile | null,
  framework: FoundFramework | null,
): StartCommand | null {
  const script = manifest.scripts?.['start']?.trim() ?? '';
  const forWork = framework !== null && isDevelopmentServer(script);
  return (
    fromProcfile(files, procfile) ??
    (forWork ? null : fromScript(manifest)) ??
    fromFramework(framework) ??
    fromMain(files, manifest) ??
    fromEntryFile(files) ??
    fromWatched(files, manifest) ??
    (forWork && framework.output.kind === 'server' ? fromScript(manifest) : null)
  );
}

function fromProcfile(files: ProjectFiles, procfile: Procfile | null): StartCommand | null {
  const line = procfile?.get('web');
  if (line === undefined) return null;
  const command = userCommand(line);
  const how = command.shell === null ? '' : `; started by /bin/sh because ${command.shell}`;
  return start(command.args, line, `${processSource(files, 'web')} says so for "web"${how}.`);
}

/**
 * The script that starts the app. Nest's own template has "start" for its author, and "start:prod" for servers; many apps have
 * only the latter.
 */
function startScript(manifest: PackageJson): { name: string; script: string } | null {
  const found = (name: string) => {
    const script = manifest.scripts?.[name]?.trim() ?? '';
    return script === '' ? null : { name, script };
  };
  const start = found('start');
  if (start !== null && !/^nest\s+start\b/.test(start.script)) return start;
  return found('start:prod') ?? found('start:production') ?? start;
}

/** The programs of the app's packages are on PATH, so that npm is needed only for what it alone does. */
function fromScript(manifest: PackageJson): StartCommand | null {
  const chosen = startScript(manifest);
  if (chosen === null) return null;
  const { name, script } = chosen;
  const hooks = [`pre${name}`, `post${name}`].filter((hook) => manifest.scripts?.[hook] !== undefined);
  const byNpm =
    hooks.length > 0
      ? `there is a "${hooks[0]}" script`
      : /npm_/.test(script)
        ? 'it reads what npm sets'
        : null;
  if (byNpm !== null) {
    const args = name === 'start' ? ['npm', 'start'] : ['npm', 'run', name];
    return start(
      args,
      args.join(' '),
      `It is the "${name}" script of package.json, run by npm because ${byNpm}.`,
    );
  }
  const { args, shell } = userCommand(script);
  const how =
    shell === null
      ? 'run without npm in between: it starts sooner and gets SIGTERM itself'
      : `run by /bin/sh because ${shell}`;
  return start(args, script, `It is the "${name}" script of package.json, ${how}.`);
}

function fromFramework(framework: FoundFramework | null): StartCommand | null {
  if (framework === null || framework.output.kind !== 'server' || framework.output.args === null) return null;
  const { args } = framework.output;
  return start(args, args.join(' '), `It is how ${framework.title} starts what it built.`);
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

/** A `dev` script that only restarts one file when it changes tells which file is the server. */
function fromWatched(files: ProjectFiles, manifest: PackageJson): StartCommand | null {
  const script = manifest.scripts?.['dev']?.trim() ?? '';
  const found = /^(?:nodemon|node\s+--watch)\s+(?:-\S+\s+)*(?:\.\/)?([\w./-]+\.(?:[cm]?js|ts))$/.exec(
    script,
  )?.[1];
  if (found === undefined || !files.has(found)) return null;
  return start(
    ['node', found],
    `node ${found}`,
    `package.json has no "start" script; its "dev" script watches this file.`,
  );
}

function start(args: string[], value: string, why: string): StartCommand {
  return { args, choice: { what: 'Start command', value, why, change }, port: namedPort(value) };
}

/** `next start -p 4000`, `serve --port=5000`: such a command does not look at PORT. */
function namedPort(line: string): number | null {
  const words = plainWords(line) ?? [];
  const at = words.findIndex((word) => /^(?:-p|--port)(?:=|$)/.test(word));
  if (at < 0) return null;
  const text = (words[at] as string).includes('=') ? (words[at] as string).split('=')[1] : words[at + 1];
  const port = Number(text);
  return /^\d{1,5}$/.test(text ?? '') && port >= 1 && port <= 65_535 ? port : null;
}

/** The error for an app that nobody knows how to start: what was looked at, what to write. */
export function noStartCommand(
  manifest: PackageJson,
  framework: FoundFramework | null,
  hints: { hasBuild: boolean; folders: readonly string[] },
): BerthError {
  const main =
    manifest.main === undefined ? 'has no "main"' : `names "${manifest.main}" as "main", which is not there`;
  const more = [
    framework !== null && framework.output.kind === 'server'
      ? ` ${framework.title} is used, and no package that makes it start by itself: add its adapter for Node.`
      : '',
    hints.folders.length > 0
      ? ` If the app is one of the packages in ${hints.folders.slice(0, 5).join(', ')}, write root = "${hints.folders[0]}" under [build] in berth.toml.`
      : '',
    hints.hasBuild
      ? ' If the build makes a site of plain files, write publish = "dist" (the folder with them) under [build] in berth.toml.'
      : '',
  ];
  return new BerthError(
    'no_start_command',
    `Nothing says how to start this app: neither berth.toml nor a Procfile says it for "web", package.json has no "start" script and ${main}, ` +
      `and there is none of ${ENTRY_FILES.join(', ')}. ` +
      `Add "scripts": { "start": "node your-file.js" } to package.json, or write berth.toml with command = "node your-file.js" under [start].${more.join('')}`,
    { details: { looked: ['berth.toml', 'Procfile', 'package.json', ...ENTRY_FILES] } },
  );
}
