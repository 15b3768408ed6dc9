import type { ProjectFiles } from '../project-files.js';

/** What a requirements file and all that it includes say. */
export interface Requirements {
  /** The file itself and those that it includes, in the order in which they are read. */
  files: string[];
  /** Names of the packages, in their normal form, with the extras that are asked for. */
  packages: Map<string, string[]>;
  /** A line that installs something out of the app's own files; null when there is none. */
  local: string | null;
}

/** No sane project includes more files than this. */
const MAX_FILES = 20;

/** Reads a requirements file as pip does, as far as a plan depends on it. Files that are not there are left to pip to name. */
export async function readRequirements(files: ProjectFiles, path: string): Promise<Requirements> {
  const found: Requirements = { files: [], packages: new Map(), local: null };
  const waiting = [path];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (found.files.includes(next) || found.files.length >= MAX_FILES) continue;
    const text = await files.read(next);
    if (text === null) continue;
    found.files.push(next);
    for (const line of logicalLines(text)) {
      const included = /^(?:-r|-c|--requirement|--constraint)[\s=]*(\S+)$/.exec(line)?.[1];
      if (included !== undefined) waiting.push(inFolderOf(next, included));
      else readLine(line, found);
    }
  }
  return found;
}

/** Lines without comments; a backslash at the end goes on in the next. */
function logicalLines(text: string): string[] {
  return text
    .replace(/^\ufeff/, '')
    .replace(/\\\r?\n/g, ' ')
    .split(/\r\n|\r|\n/)
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
}

function readLine(line: string, found: Requirements): void {
  if (/^(?:-e|--editable)\b/.test(line) || /^\.{0,2}\//.test(line) || line === '.') {
    if (!/^(?:-e|--editable)[\s=]*[a-z+]+:\/\//i.test(line)) found.local ??= line;
    return;
  }
  if (line.startsWith('-')) return;
  const requirement = parseRequirement(line);
  if (requirement === null) return;
  if (/@\s*(?:file:|\.)/.test(line)) found.local ??= line;
  found.packages.set(requirement.name, requirement.extras);
}

/** `uvicorn[standard]>=0.30 ; python_version > "3"` to its name and extras; null when it does not begin with a name. */
export function parseRequirement(line: string): { name: string; extras: string[] } | null {
  const match = /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?/.exec(line.trim());
  if (match === null) return null;
  return {
    name: normalName(match[1] as string),
    extras: (match[2] ?? '')
      .split(',')
      .map((extra) => normalName(extra.trim()))
      .filter((extra) => extra !== ''),
  };
}

/** PEP 503: `Flask_SQLAlchemy` and `flask-sqlalchemy` are one package. */
export function normalName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

/** A path that a file in some folder names. */
function inFolderOf(file: string, path: string): string {
  const parts = file.split('/').slice(0, -1);
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}
