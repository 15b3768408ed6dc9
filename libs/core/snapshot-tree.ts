/**
 * The files of one source (a commit, an uploaded archive), as buildpacks and the image builder see them. Whoever
 * implements it has checked the paths already: relative, `/`-separated, no `.` or `..` parts, no `.git`, no links
 * that leave the tree, no devices.
 */
export interface SnapshotTree {
  /** Files and symbolic links, no directories, ordered by path (see byPath). */
  readonly entries: readonly SnapshotEntry[];
  /**
   * Content of a file, in chunks. One file at a time: the caller reads to the end (or returns early) before it
   * opens the next. Throws when there is no such file.
   */
  open(path: string): AsyncIterable<Uint8Array>;
  /** Frees what the tree holds (a process, a directory). Closing twice is no error. */
  close(): Promise<void>;
}

export interface SnapshotEntry {
  readonly path: string;
  readonly kind: 'file' | 'symlink';
  readonly executable: boolean;
  /** Bytes; 0 for links. */
  readonly size: number;
  /** Links only: where it points, relative to its own directory. */
  readonly target: string | null;
  /** Stands for the content: equal ids, equal bytes (a git blob id, a SHA-256); null when not known beforehand. */
  readonly contentId: string | null;
}

/** Orders paths by code unit: the same on every machine and in every locale. */
export function byPath(a: { path: string }, b: { path: string }): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

/** The part of a tree below a folder, as a tree of its own; all of it for an empty `root`. Closing it closes the tree. */
export function subTree(tree: SnapshotTree, root: string): SnapshotTree {
  if (root === '') return tree;
  const below = `${root}/`;
  return {
    entries: tree.entries
      .filter(({ path }) => path.startsWith(below))
      .map((entry) => ({ ...entry, path: entry.path.slice(below.length) })),
    open: (path) => tree.open(below + path),
    close: () => tree.close(),
  };
}

/** A tree held in memory: for tests and for small sources that Berth itself makes. */
export function memoryTree(files: Record<string, string | Uint8Array>): SnapshotTree {
  let isOpen = false;
  const contents = new Map(
    Object.entries(files).map(([path, content]) => [
      path,
      typeof content === 'string' ? new TextEncoder().encode(content) : content,
    ]),
  );
  return {
    entries: [...contents]
      .map(([path, content]) => ({
        path,
        kind: 'file' as const,
        executable: false,
        size: content.byteLength,
        target: null,
        contentId: null,
      }))
      .sort(byPath),
    async *open(path) {
      const content = contents.get(path);
      if (content === undefined) throw new Error(`There is no file ${path} in this source.`);
      // Other trees cannot do it, so a test must not pass that tries.
      if (isOpen) throw new Error('The file opened before this one has not been read to its end.');
      isOpen = true;
      try {
        await Promise.resolve();
        yield content;
      } finally {
        isOpen = false;
      }
    },
    async close() {},
  };
}

/** Reads a file into memory; null when it is longer than `maxBytes`. */
export async function readSmall(
  tree: SnapshotTree,
  path: string,
  maxBytes: number,
): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of tree.open(path)) {
    length += chunk.byteLength;
    if (length > maxBytes) return null;
    chunks.push(chunk);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}
