import type { PlanChoice } from '#libs/contracts/build-plan.js';
import { BerthError } from '#libs/core/errors.js';
import { userCommand } from '../command.js';
import { processSource, type Procfile } from '../procfile.js';
import type { ProjectFiles } from '../project-files.js';
import type { GoModule, Main } from './module.js';

const change =
  'Write "web: bin/<program>" in Procfile, or command = "bin/<program>" under [start] in berth.toml.';

/** Folders below cmd that hold what visitors talk to, where there are several. */
const WEB_NAMES = ['web', 'server', 'app', 'api', 'http', 'serve', 'main'];

/** How the `web` process starts: what its author says, the only program, the one at the root, or one with a telling name. */
export function findStart(
  files: ProjectFiles,
  procfile: Procfile | null,
  module: GoModule,
  mains: readonly Main[],
): { args: string[]; choice: PlanChoice } {
  const line = procfile?.get('web');
  if (line !== undefined) {
    const command = userCommand(line);
    const how = command.shell === null ? '' : `; started by /bin/sh because ${command.shell}`;
    return result(command.args, line, `${processSource(files, 'web')} says so for "web"${how}.`);
  }
  const [only] = mains;
  if (only === undefined) throw noMain(module);
  if (mains.length === 1) return program(only, 'it is the only program here');
  const root = mains.find(({ folder }) => folder === '');
  if (root !== undefined) return program(root, 'it is the program at the root');
  const telling = [...WEB_NAMES, module.path.split('/').at(-1)].flatMap(
    (name) => mains.find((main) => main.folder === `cmd/${name}`) ?? [],
  );
  if (telling[0] !== undefined)
    return program(telling[0], `of ${mains.length} programs its name tells that it is the server`);
  throw several(mains);
}

function program({ folder, name }: Main, why: string): { args: string[]; choice: PlanChoice } {
  return result(
    [`/app/bin/${name}`],
    `bin/${name}`,
    `${folder === '' ? 'The root' : folder} is package main; ${why}.`,
  );
}

function result(args: string[], value: string, why: string): { args: string[]; choice: PlanChoice } {
  return { args, choice: { what: 'Start command', value, why, change } };
}

function noMain({ path }: GoModule): BerthError {
  return new BerthError(
    'no_start_command',
    `The module ${path} is a library: no folder has "package main". Add a main.go with "package main" and a server that listens on $PORT.`,
  );
}

function several(mains: readonly Main[]): BerthError {
  const names = mains.map(({ folder }) => folder).slice(0, 8);
  return new BerthError(
    'no_start_command',
    `There are ${mains.length} programs (${names.join(', ')}), and nothing says which of them is the server. ` +
      `Write a Procfile with the line "web: bin/${mains[0]?.name ?? 'server'}", naming the one that is.`,
    { details: { programs: mains.map(({ folder }) => folder) } },
  );
}
