import { crc32 } from 'node:zlib';
import { fromFdPromise, getFileNameLowLevel, type Entry, type ZipFile } from 'yauzl';
import { open } from 'node:fs/promises';
import { BerthError } from '#libs/core/errors.js';
import { PATH_BYTES_MAX } from '../paths.js';
import { damaged, readable } from './damaged.js';
import type { ArchiveEntry } from './entry.js';

/** Systems whose zips carry Unix modes: Unix and macOS (APPNOTE 4.4.2.2). */
const UNIX_MAKERS = new Set([3, 19]);
const TYPE_BITS = 0o170000;

/**
 * The entries of a zip in the order of its directory, streamed. Sizes and checksums are verified. Throws `archive_damaged`, or
 * `archive_unsupported` for encryption and unusual compression.
 */
export async function* readZip(
  path: string,
  options: { signal?: AbortSignal } = {},
): AsyncGenerator<ArchiveEntry> {
  const file = await open(path);
  let zip: ZipFile | null = null;
  try {
    zip = await fromFdPromise(file.fd, {
      autoClose: false,
      lazyEntries: true,
      // Names are judged with all others, by one rule; yauzl's own would come in other words.
      decodeStrings: false,
      validateEntrySizes: true,
    });
    for await (const entry of zip.eachEntry()) {
      options.signal?.throwIfAborted();
      yield await toEntry(zip, entry, options.signal);
    }
  } catch (cause) {
    throw damaged(cause, options.signal);
  } finally {
    await file.close();
  }
}

async function toEntry(zip: ZipFile, entry: Entry, signal?: AbortSignal): Promise<ArchiveEntry> {
  // Old Windows tools write backslashes; yauzl turns them into slashes here.
  const path = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false);
  const mode = UNIX_MAKERS.has(entry.versionMadeBy >> 8) ? entry.externalFileAttributes >>> 16 : 0;
  const type = mode & TYPE_BITS;
  if (path.endsWith('/') || type === 0o040000) return { path, kind: 'directory' };
  if (type !== 0 && type !== 0o100000 && type !== 0o120000)
    return { path, kind: 'other', what: 'a device, a pipe or a socket' };
  assertReadable(entry, path);
  if (type === 0o120000) return { path, kind: 'symlink', target: await readTarget(zip, entry) };
  return {
    path,
    kind: 'file',
    executable: (mode & 0o111) !== 0,
    content: readable(contentOf(zip, entry, path), signal),
  };
}

function assertReadable(entry: Entry, path: string): void {
  if (entry.isEncrypted())
    throw new BerthError(
      'archive_unsupported',
      `${JSON.stringify(path)} is encrypted. Pack the archive without a password.`,
    );
  if (!entry.canDecodeFileData())
    throw new BerthError(
      'archive_unsupported',
      `${JSON.stringify(path)} is compressed by method ${entry.compressionMethod}; pack the zip with "deflate" or "store".`,
    );
}

async function* contentOf(zip: ZipFile, entry: Entry, path: string): AsyncGenerator<Buffer> {
  const stream = await zip.openReadStreamPromise(entry);
  let sum = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    sum = crc32(chunk, sum);
    yield chunk;
  }
  if (sum !== entry.crc32) throw new Error(`the checksum of ${JSON.stringify(path)} is wrong`);
}

async function readTarget(zip: ZipFile, entry: Entry): Promise<string> {
  if (entry.uncompressedSize > PATH_BYTES_MAX) return '\0too long';
  const chunks: Buffer[] = [];
  for await (const chunk of contentOf(zip, entry, 'a link')) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
