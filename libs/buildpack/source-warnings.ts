import { posix } from 'node:path';
import type { SnapshotTree } from '#libs/core/snapshot-tree.js';
import type { ProjectFiles } from './project-files.js';

/** So many of a kind are told; a source that has more has the same mistake everywhere. */
const MOST = 3;
const MOST_POINTERS = 200;

/** What is odd about the files of a source, whatever its language: it can be built, and most likely surprises somebody. */
export function sourceWarnings(tree: SnapshotTree): string[] {
  return [...collisions(tree), ...loops(tree)];
}

/** What is odd about the content of files that Berth does not read otherwise. */
export async function contentWarnings(files: ProjectFiles): Promise<string[]> {
  const found = await Promise.all([pointers(files), tokens(files)]);
  return found.filter((text) => text !== null);
}

/** A pointer of Git LFS has some 130 bytes, and its file's content is nowhere in the source. */
async function pointers(files: ProjectFiles): Promise<string | null> {
  if (!/\bfilter=lfs\b/.test(await files.readStart('.gitattributes'))) return null;
  const small = files.paths.filter((path) => (files.size(path) ?? 0) > 100 && (files.size(path) ?? 0) < 200);
  for (const path of small.slice(0, MOST_POINTERS))
    if ((await files.readStart(path)).startsWith('version https://git-lfs.github.com/spec/'))
      return `${path} is a pointer of Git LFS and not the file itself, as others may be: a push to Berth brings no LFS objects. Deploy the folder (berth deploy), where the files are whole, or commit them without LFS.`;
  return null;
}

/** What is in the source is in the image. */
async function tokens(files: ProjectFiles): Promise<string | null> {
  const said = /^[^#;\n]*(_authToken|_password|_auth)\s*=\s*(?!\s|\$\{)/m.exec(
    await files.readStart('.npmrc'),
  );
  return said === null
    ? null
    : `.npmrc has a secret in it (${said[1]}): it is in the source and so in the app's image, where whoever may pull that can read it. Use a token that may only read packages.`;
}

/** Paths that are one and the same on macOS and Windows, where the app's author may well have only one of them. */
function collisions({ entries }: SnapshotTree): string[] {
  const seen = new Map<string, string>();
  const found: string[] = [];
  for (const { path } of entries) {
    const key = path.normalize('NFC').toLowerCase();
    const other = seen.get(key);
    if (other === undefined) seen.set(key, path);
    else
      found.push(
        `${other} and ${path} differ only in upper and lower case or in how an accent is written: here both are files, on macOS and Windows one replaces the other. Rename one of them, or remove the one that is not meant.`,
      );
  }
  return found.slice(0, MOST);
}

/** Links that lead back to themselves, over others or not. */
function loops({ entries }: SnapshotTree): string[] {
  const links = new Map(
    entries
      .filter(({ kind }) => kind === 'symlink')
      .map(({ path, target }) => [path, posix.join(posix.dirname(path), target ?? '')]),
  );
  const found: string[] = [];
  const told = new Set<string>();
  for (const start of links.keys()) {
    const way = [start];
    let at = links.get(start);
    // A link that points into itself (a → a/b) never ends either.
    while (at !== undefined && !way.includes(at) && way.length < 40) {
      way.push(at);
      at = links.get(at) ?? linkAbove(at, links);
    }
    if (at === undefined || at !== start || told.has(start)) continue;
    for (const path of way) told.add(path);
    found.push(
      `${start} is a link that leads back to itself (${[...way, start].slice(0, 6).join(' → ')}): whatever opens it fails. Point it at a file, or remove it.`,
    );
  }
  return found.slice(0, MOST);
}

/** A path below a link leads where the link does. */
function linkAbove(path: string, links: ReadonlyMap<string, string>): string | undefined {
  for (let above = posix.dirname(path); above !== '.'; above = posix.dirname(above))
    if (links.has(above)) return above;
  return undefined;
}
