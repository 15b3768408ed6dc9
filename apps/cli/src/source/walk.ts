import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceIgnores } from '#libs/core/source-ignores.js';
import { Failure } from '../frame/failure.js';
import { gitignoreOf, ignoresOf } from './ignores.js';

export interface SourceEntry {
  /** Relative, with slashes. */
  path: string;
  kind: 'file' | 'link';
  bytes: number;
  executable: boolean;
  /** Where a link points. */
  target: string | null;
  /** Name of the file in the folder, where it is sent under another one. */
  from?: string;
}

/** The platform takes no more. */
const ENTRIES_MAX = 50_000;

/** Files of a folder that are sent, in the order of their names, so that equal folders give equal archives. */
export async function walk(folder: string): Promise<SourceEntry[]> {
  const entries: SourceEntry[] = [];
  const visit = async (base: string, outer: SourceIgnores): Promise<void> => {
    const ignores = outer.into(base, await gitignoreOf(join(folder, base)));
    const children = await readdir(join(folder, base), { withFileTypes: true });
    for (const child of children.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = base + child.name;
      if (ignores.ignores(child.isDirectory() ? `${path}/` : path)) continue;
      if (child.isDirectory()) await visit(`${path}/`, ignores);
      else if (child.isFile() || child.isSymbolicLink()) entries.push(await entryOf(folder, path));
      // Sockets, pipes and devices are no source.
      if (entries.length > ENTRIES_MAX)
        throw new Failure(`The folder has more than ${ENTRIES_MAX.toLocaleString('en')} files.`, {
          todo: 'Leave out what can be fetched or built with a .berthignore.',
          exit: 'refused',
        });
    }
  };
  await visit('', await ignoresOf(folder));
  return entries;
}

async function entryOf(folder: string, path: string): Promise<SourceEntry> {
  const full = join(folder, path);
  const stats = await lstat(full);
  const link = stats.isSymbolicLink();
  return {
    path,
    kind: link ? 'link' : 'file',
    bytes: link ? 0 : stats.size,
    executable: (stats.mode & 0o111) !== 0,
    target: link ? await readlink(full) : null,
  };
}

/** Names of files that look like they hold secrets, for a word of warning. */
export function secrets(entries: readonly SourceEntry[]): string[] {
  return entries
    .map(({ path }) => path)
    .filter((path) =>
      /(^|\/)(\.env(\.(?!example$|sample$|template$)[\w.-]+)?|id_(rsa|ed25519|ecdsa)|.*\.pem|\.npmrc|\.netrc)$/.test(
        path,
      ),
    );
}
