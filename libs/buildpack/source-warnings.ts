import { posix } from 'node:path';
import type { SnapshotTree } from '#libs/core/snapshot-tree.js';

/** So many of a kind are told; a source that has more has the same mistake everywhere. */
const MOST = 3;

/** What is odd about the files of a source, whatever its language: it can be built, and most likely surprises somebody. */
export function sourceWarnings(tree: SnapshotTree): string[] {
  return [...collisions(tree), ...loops(tree)];
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
