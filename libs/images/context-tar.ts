import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pack, type Pack } from 'tar-stream';
import { BerthError } from '#libs/core/errors.js';
import type { SnapshotEntry, SnapshotTree } from '#libs/core/snapshot-tree.js';

/** What goes into a build context besides the app's files. */
export interface ContextInput {
  tree: SnapshotTree;
  /** Folder of the context for the app's files; empty for its root. */
  sourceFolder: string;
  /** Files of Berth's own, by path in the context. They win over files of the same path. */
  extraFiles: Readonly<Record<string, string>>;
  ignored: (path: string) => boolean;
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
/** Longer files are read twice, once for their id, rather than held. */
const HELD_BYTES = 1024 * 1024;

/**
 * The build context as a tar: same files, same bytes. Order, owner and mode are fixed. A file's time is derived from its
 * content, so that equal files give equal layers while a changed file also changes the ETag that web servers make of time
 * and size. Throws BerthError `context_too_large` past its limits.
 */
export function buildContext(input: ContextInput): BuildContext {
  const entries = input.tree.entries.filter(
    ({ path }) => !input.ignored(path) && !(contextPath(input, path) in input.extraFiles),
  );
  checkSize(entries, input.limits);
  const inputs = entries.length <= MAX_INPUTS ? new Map<string, string>() : null;
  const tar = pack();
  void fill(tar, input, entries, inputs).then(
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

function checkSize(entries: readonly SnapshotEntry[], { maxBytes, maxFiles }: ContextInput['limits']): void {
  const bytes = entries.reduce((sum, { size }) => sum + size, 0);
  if (bytes > maxBytes || entries.length > maxFiles) {
    throw new BerthError(
      'context_too_large',
      `The source has ${entries.length} files of ${Math.ceil(bytes / 1048576)} MiB together; a build takes at most ${maxFiles} files and ` +
        `${Math.floor(maxBytes / 1048576)} MiB. Leave out what the app does not need at run time in .dockerignore.`,
    );
  }
}

async function fill(
  tar: Pack,
  input: ContextInput,
  entries: readonly SnapshotEntry[],
  inputs: Map<string, string> | null,
): Promise<void> {
  for (const [path, content] of Object.entries(input.extraFiles)) {
    const bytes = Buffer.from(content, 'utf8');
    await addBytes(tar, { name: path, mode: 0o644, mtime: timeOf(sha256(bytes)) }, bytes);
  }
  const folders = new Set<string>();
  // There even without a file in it: the Dockerfile copies it.
  await addParents(tar, contextPath(input, ''), folders);
  for (const entry of entries) {
    const name = contextPath(input, entry.path);
    await addParents(tar, name, folders);
    inputs?.set(entry.path, (await addEntry(tar, input.tree, entry, name)).slice(0, 16));
  }
}

/** Folders are named outright: their mode and time would else depend on the builder. */
async function addParents(tar: Pack, name: string, known: Set<string>): Promise<void> {
  const parts = name.split('/').slice(0, -1);
  for (let depth = 1; depth <= parts.length; depth += 1) {
    const folder = parts.slice(0, depth).join('/');
    if (known.has(folder)) continue;
    known.add(folder);
    await addFolder(tar, folder);
  }
}

function addFolder(tar: Pack, name: string): Promise<void> {
  return addBytes(tar, { name: `${name}/`, type: 'directory', mode: 0o755, mtime: EPOCH }, null);
}

/** Adds a file or link; gives its content id. */
async function addEntry(tar: Pack, tree: SnapshotTree, entry: SnapshotEntry, name: string): Promise<string> {
  if (entry.kind === 'symlink') {
    const target = entry.target ?? '';
    await addBytes(tar, { name, type: 'symlink', linkname: target, mode: 0o777, mtime: EPOCH }, null);
    return `link:${target}`;
  }
  const mode = entry.executable ? 0o755 : 0o644;
  if (entry.size <= HELD_BYTES) {
    const bytes = await wholeFile(tree, entry);
    const id = entry.contentId ?? sha256(bytes);
    await addBytes(tar, { name, mode, mtime: timeOf(id) }, bytes);
    return id;
  }
  const id = entry.contentId ?? (await streamedSha256(tree, entry.path));
  await addStream(tar, { name, mode, mtime: timeOf(id), size: entry.size }, tree.open(entry.path));
  return id;
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

interface Header {
  name: string;
  mode: number;
  mtime: Date;
  type?: 'directory' | 'symlink';
  linkname?: string;
  size?: number;
}

const OWNER = { uid: 1000, gid: 1000, uname: '', gname: '' };

function addBytes(tar: Pack, header: Header, bytes: Buffer | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error?: Error | null) => (error ? reject(error) : resolve());
    if (bytes === null) tar.entry({ ...header, ...OWNER }, done);
    else tar.entry({ ...header, ...OWNER, size: bytes.length }, bytes, done);
  });
}

async function addStream(tar: Pack, header: Header, content: AsyncIterable<Uint8Array>): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const sink = tar.entry({ ...header, ...OWNER }, (error) => (error ? reject(error) : resolve()));
    void pour(content, sink).catch(reject);
  });
}

async function pour(content: AsyncIterable<Uint8Array>, sink: NodeJS.WritableStream): Promise<void> {
  for await (const chunk of content) {
    if (!sink.write(chunk)) await new Promise<void>((resolve) => void sink.once('drain', () => resolve()));
  }
  sink.end();
}

const EPOCH = new Date(0);
/** 1990-01-01 and some 30 years of seconds after it: always in the past, never the epoch. */
const FIRST_SECOND = 631_152_000;
const SECONDS = 946_684_800;

/** A time that stands for a content. */
function timeOf(contentId: string): Date {
  const bits = parseInt(sha256(Buffer.from(contentId)).slice(0, 12), 16);
  return new Date((FIRST_SECOND + (bits % SECONDS)) * 1000);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function streamedSha256(tree: SnapshotTree, path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of tree.open(path)) hash.update(chunk);
  return hash.digest('hex');
}

function contextPath({ sourceFolder }: ContextInput, path: string): string {
  return sourceFolder === '' ? path : `${sourceFolder}/${path}`;
}
