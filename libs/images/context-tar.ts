import { createHash, type Hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { BerthError } from '#libs/core/errors.js';
import type { SnapshotEntry, SnapshotTree } from '#libs/core/snapshot-tree.js';
import { ContextWriter as Writer } from './context-writer.js';

/** What goes into a build context besides the app's files. */
export interface ContextInput {
  tree: SnapshotTree;
  /** Folder of the context for the app's files; empty for its root. */
  sourceFolder: string;
  /** Files of Berth's own, by path in the context. They win over files of the same path. */
  extraFiles: Readonly<Record<string, string>>;
  ignored: (path: string) => boolean;
  /**
   * Time of every file: when the source was received. BuildKit does not look at times when it decides what changed, but web
   * servers make ETags of time and size, and browsers guess from it how long a page stays fresh.
   */
  modifiedAt: Date;
  limits: { maxBytes: number; maxFiles: number };
}

export interface BuildContext {
  /** The tar. Reading it fills `inputs`. */
  stream: Readable;
  /** Content ids of the app's files by path, complete once the stream has ended; null for very many files. */
  inputs(): Record<string, string> | null;
  bytes(): number;
}

/** Up to this many files the image's owner is told which one changed. */
const MAX_INPUTS = 2000;
/** Longer files are streamed rather than held. */
const HELD_BYTES = 1024 * 1024;

/**
 * The build context as a tar: same source, same bytes. Order, owner, modes and time are fixed. Throws BerthError
 * `context_too_large` past its limits.
 */
export function buildContext(input: ContextInput): BuildContext {
  const entries = contextEntries(input);
  checkSize(entries, input.limits);
  const inputs = entries.length <= MAX_INPUTS ? new Map<string, string>() : null;
  const tar = pack();
  void fill(new Writer(tar, input.modifiedAt), input, entries, inputs).then(
    () => tar.finalize(),
    (error: unknown) => tar.destroy(error as Error),
  );
  return {
    // streamx is not a node stream: `pipe` to an HTTP request wants one.
    stream: Readable.from(tar, { objectMode: false }),
    inputs: () => (inputs === null ? null : Object.fromEntries(inputs)),
    bytes: () => entries.reduce((sum, { size }) => sum + size, 0),
  };
}

/** The app's files that go into the context. */
export function contextEntries(
  input: Pick<ContextInput, 'tree' | 'sourceFolder' | 'extraFiles' | 'ignored'>,
): SnapshotEntry[] {
  return input.tree.entries.filter(
    ({ path }) => !input.ignored(path) && !(contextPath(input, path) in input.extraFiles),
  );
}

/**
 * What `BuildContext.inputs` will say, without reading a file; null for very many files, or when the tree does not know its files'
 * contents beforehand.
 */
export function inputIds(
  input: Pick<ContextInput, 'tree' | 'sourceFolder' | 'extraFiles' | 'ignored'>,
): Record<string, string> | null {
  const entries = contextEntries(input);
  if (entries.length > MAX_INPUTS) return null;
  if (entries.some(({ kind, contentId }) => kind === 'file' && contentId === null)) return null;
  return Object.fromEntries(entries.map((entry) => [entry.path, inputId(entry, entry.contentId ?? '')]));
}

/** All of a file that a step may depend on: content, and whether it is a program; of a link, where it points. */
function inputId({ kind, executable, target }: SnapshotEntry, content: string): string {
  if (kind === 'symlink') return `link:${sha256(Buffer.from(target ?? '')).slice(0, 16)}`;
  return `${executable ? '*' : ''}${content.slice(0, 16)}`;
}

function checkSize(entries: readonly SnapshotEntry[], { maxBytes, maxFiles }: ContextInput['limits']): void {
  const bytes = entries.reduce((sum, { size }) => sum + size, 0);
  if (bytes > maxBytes || entries.length > maxFiles) {
    const largest = entries.reduce((a, b) => (b.size > a.size ? b : a));
    throw new BerthError(
      'context_too_large',
      `The source has ${entries.length} files of ${Math.ceil(bytes / 1048576)} MiB together; a build takes at most ${maxFiles} files and ` +
        `${Math.floor(maxBytes / 1048576)} MiB. The largest is ${JSON.stringify(largest.path.slice(0, 200))}. Leave out what the app does not need at run time in .dockerignore.`,
    );
  }
}

async function fill(
  tar: Writer,
  input: ContextInput,
  entries: readonly SnapshotEntry[],
  inputs: Map<string, string> | null,
): Promise<void> {
  for (const [path, content] of Object.entries(input.extraFiles)) {
    await tar.add({ name: path, mode: 0o644 }, Buffer.from(content, 'utf8'));
  }
  await writeSource(tar, input, entries, inputs);
}

/** Adds the app's files below their folder, which is there even without a file in it: the Dockerfile copies it. Notes their ids in `inputs`. */
export async function writeSource(
  tar: Writer,
  input: Pick<ContextInput, 'tree' | 'sourceFolder'>,
  entries: readonly SnapshotEntry[],
  inputs: Map<string, string> | null = null,
): Promise<void> {
  await tar.addParents(contextPath(input, ''));
  for (const entry of entries) {
    const name = contextPath(input, entry.path);
    await tar.addParents(name);
    const content = await addEntry(tar, input.tree, entry, name);
    inputs?.set(entry.path, inputId(entry, content));
  }
}

/** Adds a file or link; gives its content id. */
async function addEntry(
  tar: Writer,
  tree: SnapshotTree,
  entry: SnapshotEntry,
  name: string,
): Promise<string> {
  if (entry.kind === 'symlink') {
    await tar.add({ name, type: 'symlink', linkname: entry.target ?? '', mode: 0o777 }, null);
    return '';
  }
  const mode = entry.executable ? 0o755 : 0o644;
  if (entry.size <= HELD_BYTES) {
    const bytes = await wholeFile(tree, entry);
    await tar.add({ name, mode }, bytes);
    return entry.contentId ?? sha256(bytes);
  }
  const hash = createHash('sha256');
  await tar.addStream({ name, mode, size: entry.size }, hashed(tree.open(entry.path), hash));
  return entry.contentId ?? hash.digest('hex');
}

/** Throws when the file is not as long as the tree says: a tar's header comes before its content. */
async function wholeFile(tree: SnapshotTree, entry: SnapshotEntry): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of tree.open(entry.path)) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  if (bytes.length !== entry.size)
    throw new Error(`${entry.path} has ${bytes.length} bytes, not ${entry.size}.`);
  return bytes;
}

async function* hashed(content: AsyncIterable<Uint8Array>, hash: Hash): AsyncIterable<Uint8Array> {
  for await (const chunk of content) {
    hash.update(chunk);
    yield chunk;
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function contextPath({ sourceFolder }: Pick<ContextInput, 'sourceFolder'>, path: string): string {
  return sourceFolder === '' ? path : `${sourceFolder}/${path}`;
}
