import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { BerthError } from '#libs/core/errors.js';
import { byPath, type SnapshotEntry } from '#libs/core/snapshot-tree.js';
import { SourceMeter, sourceLimits, type SourceLimits } from '../limits.js';
import { badEntry, DOT_GIT, linkProblem, pathProblem } from '../paths.js';
import type { ContentSink, Slice } from './content-store.js';
import type { ArchiveEntry } from './entry.js';
import { detectFormat, MAGIC_BYTES, type ArchiveFormat } from './format.js';
import { readTar } from './read-tar.js';
import { readZip } from './read-zip.js';

export interface Unpacked {
  format: ArchiveFormat;
  entries: UnpackedEntry[];
}
export type UnpackedEntry = SnapshotEntry & { slice: Slice | null };

/**
 * No source compresses this well: gzip's own limit is 1,032 to 1, source text reaches 5 to 20. Small archives may (a file of
 * zeros), so it counts only past `RATIO_FROM` bytes.
 */
const RATIO_MAX = 200;
const RATIO_FROM = 64 * 1024 * 1024;

/**
 * Reads an archive once, judges every entry and hands the contents to the sink. A single folder around everything is taken
 * off; what macOS adds (`__MACOSX`) and git's own folder are left out. Content ids are made only when the sink keeps what it gets. Throws `archive_*`, `source_unsafe`, `source_too_large` or `source_empty`; errors
 * name the entry.
 */
export async function unpack(
  path: string,
  sink: ContentSink,
  options: { limits?: SourceLimits; signal?: AbortSignal } = {},
): Promise<Unpacked> {
  const format = await formatOf(path);
  const meter = new ArchiveMeter((await stat(path)).size, options.limits ?? sourceLimits);
  const entries = new Map<string, UnpackedEntry>();
  const folders = new Set<string>();
  for await (const raw of entriesOf(path, format, options.signal)) {
    meter.entry(withoutDot(raw.path));
    const name = cleanPath(raw);
    if (name === null) continue;
    if (raw.kind === 'directory') {
      folders.add(name);
      continue;
    }
    if (entries.has(name)) throw badEntry(name, 'it is there twice', 'The archive');
    entries.set(name, await take(name, raw, { entries, sink, meter }));
  }
  if (entries.size === 0)
    throw new BerthError('source_empty', 'The archive has no files in it. Pack your app and send it again.');
  assertNoFileIsFolder(entries, folders);
  const stripped = stripSingleFolder([...entries.values()]);
  for (const { path, target } of stripped) {
    const problem = target === null ? null : linkProblem(path, target);
    if (problem) throw badEntry(path, `${problem} (a link)`, 'The archive');
  }
  return { format, entries: stripped.sort(byPath) };
}

async function formatOf(path: string): Promise<ArchiveFormat> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAGIC_BYTES), 0, MAGIC_BYTES, 0);
    return detectFormat(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

function entriesOf(path: string, format: ArchiveFormat, signal?: AbortSignal): AsyncIterable<ArchiveEntry> {
  return format === 'zip' ? readZip(path, { signal }) : readTar(path, { gzip: format === 'tar.gz', signal });
}

/** `tar -c .` begins every path with `./`, which says nothing. */
function withoutDot(path: string): string {
  return path.replace(/^(?:\.\/+)+/, '');
}

/** The entry's path in its plain form; null when there is nothing to keep. Throws for paths that Berth does not take. */
function cleanPath(raw: ArchiveEntry): string | null {
  let path = withoutDot(raw.path);
  if (raw.kind === 'directory') path = path.replace(/\/+$/, '');
  if (raw.kind === 'directory' && (path === '' || path === '.')) return null;
  if (path === '__MACOSX' || path.startsWith('__MACOSX/')) return null;
  const problem = pathProblem(path);
  if (problem === null) return path;
  // `tar -c .` packs the repository along with the code; only its disguises are refused.
  if (problem === DOT_GIT && path.split('/').includes('.git')) return null;
  throw badEntry(raw.path, problem, 'The archive');
}

async function take(
  path: string,
  raw: Exclude<ArchiveEntry, { kind: 'directory' }>,
  into: { entries: Map<string, UnpackedEntry>; sink: ContentSink; meter: ArchiveMeter },
): Promise<UnpackedEntry> {
  switch (raw.kind) {
    case 'file':
      return takeFile(path, raw, into);
    case 'symlink':
      return {
        path,
        kind: 'symlink',
        executable: false,
        size: 0,
        target: raw.target,
        contentId: null,
        slice: null,
      };
    case 'hardlink': {
      const original = into.entries.get(raw.target.replace(/^(?:\.\/+)+/, ''));
      if (original?.kind !== 'file')
        throw badEntry(
          path,
          `it is a hard link to ${raw.target}, which no earlier file is called`,
          'The archive',
        );
      into.meter.add(original.size, path);
      return { ...original, path };
    }
    case 'other':
      throw badEntry(path, `it is ${raw.what}`, 'The archive');
  }
}

async function takeFile(
  path: string,
  raw: { executable: boolean; content: AsyncIterable<Uint8Array> },
  { sink, meter }: { sink: ContentSink; meter: ArchiveMeter },
): Promise<UnpackedEntry> {
  const start = sink.position;
  const hash = sink.keeps ? createHash('sha256') : null;
  for await (const chunk of raw.content) {
    meter.add(chunk.byteLength, path);
    hash?.update(chunk);
    await sink.write(chunk);
  }
  const length = sink.position - start;
  return {
    path,
    kind: 'file',
    executable: raw.executable,
    size: length,
    target: null,
    contentId: hash?.digest('hex') ?? null,
    slice: { start, length },
  };
}

/** Limits of any source, and how much larger than its archive it may be. */
class ArchiveMeter extends SourceMeter {
  private unpacked = 0;
  constructor(
    private readonly archiveBytes: number,
    limits: SourceLimits,
  ) {
    super(limits);
  }

  override add(bytes: number, path: string): void {
    super.add(bytes, path);
    this.unpacked += bytes;
    if (this.unpacked > RATIO_FROM && this.unpacked > RATIO_MAX * this.archiveBytes)
      throw new BerthError(
        'source_too_large',
        `The archive unpacks to more than ${RATIO_MAX} times its size at ${JSON.stringify(path.slice(0, 200))}, as only a decompression bomb does. Send the source files alone.`,
      );
  }
}

/** A path may not go through a file or a link. */
function assertNoFileIsFolder(entries: Map<string, UnpackedEntry>, folders: Set<string>): void {
  for (const path of [...entries.keys(), ...folders]) {
    if (folders.has(path) && entries.has(path))
      throw badEntry(path, 'it is a file and a folder at once', 'The archive');
    for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) {
      const above = path.slice(0, at);
      if (entries.has(above))
        throw badEntry(path, `it lies below ${above}, which is no folder`, 'The archive');
    }
  }
}

/** `app-1.0/server.js`, `app-1.0/lib/x.js` become `server.js`, `lib/x.js`: archives are often packed with their folder. */
function stripSingleFolder(entries: UnpackedEntry[]): UnpackedEntry[] {
  const first = entries[0]?.path.split('/')[0] ?? '';
  if (!entries.every(({ path }) => path.startsWith(`${first}/`))) return entries;
  return entries.map((entry) => ({ ...entry, path: entry.path.slice(first.length + 1) }));
}
