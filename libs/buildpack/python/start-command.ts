import type { PlanChoice } from '#libs/contracts/build-plan.js';
import { BerthError } from '#libs/core/errors.js';
import { userCommand } from '../command.js';
import { processSource } from '../procfile.js';
import { findDjango, type Django } from './django.js';
import { findEntry, findScript } from './entry.js';
import { mainFile, type PythonProject } from './project.js';

/** How the `web` process starts. */
export interface StartCommand {
  args: string[];
  choice: PlanChoice;
  /** For people: "Django", "FastAPI", … */
  title: string;
  warning: string | null;
}

const change = 'Write command = "…" under [start] in berth.toml, or "web: …" in Procfile.';

/**
 * What its author says outright, then the framework with the server that the app has among its packages, then a file that can
 * be run. null when nothing is there; throws BerthError `no_start_command` where only the server is missing.
 */
export async function findStart(project: PythonProject): Promise<StartCommand | null> {
  const django = await findDjango(project.files);
  return (
    fromProcfile(project, django) ??
    (django === null ? null : fromDjango(project, django)) ??
    (await fromAsgi(project)) ??
    (await fromFlask(project)) ??
    fromStreamlit(project) ??
    fromScript(project)
  );
}

function fromProcfile(project: PythonProject, django: Django | null): StartCommand | null {
  const line = project.procfile?.get('web');
  if (line === undefined) return null;
  const script = scriptArgs(project, line);
  const command = script === null ? userCommand(line) : { args: script, shell: null };
  const how = command.shell === null ? '' : `; started by /bin/sh because ${command.shell}`;
  const isDevelopment = /\bmanage\.py\s+runserver\b|\bflask\b.*\brun\b/.test(line);
  return {
    ...start(command.args, line, `${processSource(project.files, 'web')} says so for "web"${how}.`),
    title: django === null ? titleOf(project) : 'Django',
    warning: isDevelopment
      ? 'The start command runs a development server, which answers few requests at once and shows its insides in errors. Add gunicorn to the packages and start with it.'
      : null,
  };
}

/** The app itself is not installed, so a program of its own is called by the function that it stands for. */
function scriptArgs({ scripts }: PythonProject, line: string): string[] | null {
  const name = line.trim();
  const target = Object.hasOwn(scripts, name) ? scripts[name] : undefined;
  const match = /^([A-Za-z_][\w.]*):([A-Za-z_]\w*)$/.exec(target?.trim() ?? '');
  if (match === null) return null;
  return ['python3', '-c', `import sys; from ${match[1]} import ${match[2]} as main; sys.exit(main())`];
}

function fromDjango(project: PythonProject, { wsgi, asgi }: Django): StartCommand {
  const has = (name: string) => project.packages.has(name);
  const found = (args: string[], server: string, module: string): StartCommand => ({
    ...start(args, shown(args), `manage.py is there, and ${server} among the packages; it serves ${module}.`),
    title: 'Django',
    warning: null,
  });
  if (wsgi !== null && has('gunicorn')) return found(gunicorn(`${wsgi}:application`), 'gunicorn', wsgi);
  if (asgi !== null && has('uvicorn')) return found(uvicorn(`${asgi}:application`), 'uvicorn', asgi);
  if (asgi !== null && has('daphne'))
    return found(userCommand(`daphne -b 0.0.0.0 -p $PORT ${asgi}:application`).args, 'daphne', asgi);
  if (asgi !== null && has('hypercorn'))
    return found(userCommand(`hypercorn --bind 0.0.0.0:$PORT ${asgi}:application`).args, 'hypercorn', asgi);
  if (wsgi !== null && has('waitress'))
    return found(userCommand(`waitress-serve --port=$PORT ${wsgi}:application`).args, 'waitress', wsgi);
  if (wsgi === null && asgi === null)
    throw noStart(
      'This is a Django project (manage.py), and it has no wsgi.py that a server could load. ' +
        `Add one as "django-admin startproject" makes it, or write command = "…" under [start] in berth.toml.`,
    );
  throw noStart(
    'This is a Django project (manage.py), and none of its packages is a server: "manage.py runserver" is for development. ' +
      `Add a line "gunicorn" to ${mainFile(project.manager === 'none' ? 'requirements' : project.manager)} and push again.`,
  );
}

async function fromAsgi(project: PythonProject): Promise<StartCommand | null> {
  const framework = asgiFrameworks.find(({ name }) => project.packages.has(name));
  if (framework === undefined) return null;
  const entry = await findEntry(project.files, 'asgi');
  if (entry === null) return null;
  const factory = entry.target.endsWith('()');
  const target = entry.target.replace(/\(\)$/, '');
  const found = (args: string[], server: string): StartCommand => ({
    ...start(
      args,
      shown(args),
      `${entry.file} makes the ${framework.title} application, and ${server} is among the packages.`,
    ),
    title: framework.title,
    warning: null,
  });
  if (hasUvicorn(project)) return found(uvicorn(target, factory), 'uvicorn');
  if (project.packages.has('hypercorn'))
    return found(userCommand(`hypercorn --bind 0.0.0.0:$PORT ${target}`).args, 'hypercorn');
  if (project.packages.has('granian'))
    return found(
      userCommand(
        `granian --interface asgi --host 0.0.0.0 --port $PORT${factory ? ' --factory' : ''} ${target}`,
      ).args,
      'granian',
    );
  throw noStart(
    `${entry.file} makes a ${framework.title} application, and none of the packages is a server for it. ` +
      `Add a line "uvicorn" to ${mainFile(project.manager)} and push again.`,
  );
}

const asgiFrameworks = [
  { name: 'fastapi', title: 'FastAPI' },
  { name: 'starlette', title: 'Starlette' },
  { name: 'quart', title: 'Quart' },
  { name: 'litestar', title: 'Litestar' },
] as const;

/** FastAPI brings uvicorn with some of its extras. */
function hasUvicorn({ packages }: PythonProject): boolean {
  if (packages.has('uvicorn')) return true;
  const extras = packages.get('fastapi') ?? [];
  return extras.some((extra) => ['standard', 'all', 'standard-no-fastapi-cloud-cli'].includes(extra));
}

async function fromFlask(project: PythonProject): Promise<StartCommand | null> {
  const { packages } = project;
  const isFlask = [...packages.keys()].some(
    (name) => name === 'flask' || /^(?:flask-|apiflask|flask$)/.test(name),
  );
  if (!isFlask) return null;
  const entry = await findEntry(project.files, 'flask');
  if (entry === null) return null;
  const found = (args: string[], why: string, warning: string | null = null): StartCommand => ({
    ...start(args, shown(args), `${entry.file} makes the Flask application, and ${why}.`),
    title: 'Flask',
    warning,
  });
  if (packages.has('gunicorn')) return found(gunicorn(entry.target), 'gunicorn is among the packages');
  if (packages.has('waitress')) {
    const call = entry.target.endsWith('()') ? ' --call' : '';
    const target = entry.target.replace(/\(\)$/, '');
    return found(
      userCommand(`waitress-serve --port=$PORT${call} ${target}`).args,
      'waitress is among the packages',
    );
  }
  return found(
    ['/bin/sh', '-c', `exec flask --app '${entry.target}' run --host 0.0.0.0 --port $PORT`],
    'no server is among the packages, so that Flask’s own is used',
    `Flask’s own server is for development. Add a line "gunicorn" to ${mainFile(project.manager)}: Berth then starts with it.`,
  );
}

function fromStreamlit({ packages, files }: PythonProject): StartCommand | null {
  if (!packages.has('streamlit')) return null;
  const file = ['streamlit_app.py', 'app.py', 'main.py', 'Home.py'].find((name) => files.has(name));
  if (file === undefined) return null;
  const { args } = userCommand(
    `streamlit run ${file} --server.address 0.0.0.0 --server.port $PORT --server.headless true`,
  );
  return {
    ...start(args, shown(args), `streamlit is among the packages, and ${file} is there.`),
    title: 'Streamlit',
    warning: null,
  };
}

function fromScript(project: PythonProject): StartCommand | null {
  const file = findScript(project.files);
  if (file === null) return null;
  return {
    ...start(
      ['python3', file],
      `python3 ${file}`,
      `Nothing says how to start; ${file} is there. It has to listen on $PORT.`,
    ),
    title: 'Python',
    warning: null,
  };
}

/** gunicorn listens on 0.0.0.0:$PORT by itself. Threads, since one slow request must not hold up all others. */
function gunicorn(target: string): string[] {
  return ['gunicorn', '--threads', '8', target];
}

function uvicorn(target: string, factory = false): string[] {
  return userCommand(`uvicorn --host 0.0.0.0 --port $PORT${factory ? ' --factory' : ''} ${target}`).args;
}

function titleOf({ packages }: PythonProject): string {
  const known: Record<string, string> = {
    django: 'Django',
    fastapi: 'FastAPI',
    flask: 'Flask',
    streamlit: 'Streamlit',
  };
  return Object.entries(known).find(([name]) => packages.has(name))?.[1] ?? 'Python';
}

function start(args: string[], value: string, why: string): Pick<StartCommand, 'args' | 'choice'> {
  return { args, choice: { what: 'Start command', value, why, change } };
}

function shown(args: readonly string[]): string {
  return args[0] === '/bin/sh' ? (args[2] ?? '').replace(/^exec /, '') : args.join(' ');
}

/** The error for an app that nobody knows how to start: what was looked at, what to write. */
export function noStartCommand(): BerthError {
  return noStart(
    'Nothing says how to start this Python app: there is no Procfile with "web:", no manage.py, no file that makes a FastAPI or Flask ' +
      'application, and neither main.py nor app.py. Write a Procfile with the line "web: gunicorn your_module:app", or name a script that ' +
      'listens on $PORT.',
  );
}

function noStart(message: string): BerthError {
  return new BerthError('no_start_command', message);
}
