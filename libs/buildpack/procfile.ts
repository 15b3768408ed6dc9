import { BerthError } from '#libs/core/errors.js';
import type { ProjectFiles } from './project-files.js';

/** Process type to command line, in the order of the file. */
export type Procfile = ReadonlyMap<string, string>;

const MAX_PROCESS_TYPES = 20;

/**
 * The process types of an app: what `Procfile` at its root says, and what berth.toml says, which wins type by type. Null when
 * neither says anything. Throws BerthError that names the wrong line.
 */
export async function readProcfile(files: ProjectFiles): Promise<Procfile | null> {
  const { processes } = files.settings;
  const text = await files.read('Procfile');
  if (text === null) return processes.size === 0 ? null : processes;
  return new Map([...parseProcfile(text), ...processes]);
}

/** Where the command of a process type comes from, for people. */
export function processSource(files: ProjectFiles, type: string): 'berth.toml' | 'Procfile' {
  return files.settings.processes.has(type) ? 'berth.toml' : 'Procfile';
}

/** Heroku's form: `type: command`, one a line; empty lines and lines that begin with `#` count for nothing. */
export function parseProcfile(text: string): Procfile {
  const processes = new Map<string, string>();
  for (const [index, raw] of text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\r|\n/)
    .entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const match = /^([A-Za-z][A-Za-z0-9_-]{0,39})\s*:\s*(\S.*)$/.exec(line);
    if (match === null)
      throw wrongLine(index + 1, `"${shown(line)}" is not "type: command", as in "web: node server.js"`);
    const type = (match[1] as string).toLowerCase().replaceAll('_', '-');
    if (processes.has(type)) throw wrongLine(index + 1, `the process type "${type}" is there twice`);
    processes.set(type, match[2] as string);
    if (processes.size > MAX_PROCESS_TYPES) {
      throw wrongLine(index + 1, `there are more than ${MAX_PROCESS_TYPES} process types`);
    }
  }
  return processes;
}

function wrongLine(line: number, what: string): BerthError {
  return new BerthError(
    'procfile_invalid',
    `Procfile, line ${line}: ${what}. Correct that line and push again.`,
    {
      details: { file: 'Procfile', line },
    },
  );
}

/** A piece of somebody's text, short and on one line. */
function shown(text: string): string {
  // eslint-disable-next-line no-control-regex
  const plain = text.replace(/[\u0000-\u001f\u007f]/g, '?');
  return plain.length > 60 ? `${plain.slice(0, 60)}…` : plain;
}
