import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { extract, type Extract } from 'tar-stream';
import { damaged, readable } from './damaged.js';
import type { ArchiveEntry } from './entry.js';

const BLOCK = 512;

type TarEntry = Extract extends AsyncIterable<infer E> ? E : never;

/**
 * The entries of a tar in order, streamed. A file that ends early, is damaged or has no end mark throws `archive_damaged`.
 */
export async function* readTar(
  path: string,
  options: { gzip: boolean; signal?: AbortSignal },
): AsyncGenerator<ArchiveEntry> {
  const unpack = extract();
  const tail = new TailCheck();
  const source = createReadStream(path, { highWaterMark: 256 * 1024 });
  const flow = options.gzip
    ? pipeline(source, createGunzip(), tail, unpack, { signal: options.signal })
    : pipeline(source, tail, unpack, { signal: options.signal });
  // Awaited below; until then a failure must not count as unhandled.
  flow.catch(() => undefined);
  try {
    for await (const entry of unpack) {
      yield toEntry(entry, options.signal);
      // What the reader left unread is passed over.
      entry.resume();
    }
    await flow;
    if (!tail.endsInZeros) throw new Error('its end is missing');
  } catch (cause) {
    throw damaged(cause, options.signal);
  } finally {
    unpack.destroy();
    source.destroy();
  }
}

function toEntry(entry: TarEntry, signal?: AbortSignal): ArchiveEntry {
  const { name, type, linkname, mode } = entry.header;
  switch (type) {
    case 'directory':
      return { path: name, kind: 'directory' };
    case 'file':
    case 'contiguous-file':
      return {
        path: name,
        kind: 'file',
        executable: ((mode ?? 0) & 0o111) !== 0,
        content: readable(chunksOf(entry), signal),
      };
    case 'symlink':
      return { path: name, kind: 'symlink', target: linkname ?? '' };
    case 'link':
      return { path: name, kind: 'hardlink', target: linkname ?? '' };
    case 'fifo':
      return { path: name, kind: 'other', what: 'a named pipe' };
    case 'block-device':
    case 'character-device':
      return { path: name, kind: 'other', what: 'a device' };
    default:
      return { path: name, kind: 'other', what: 'of an unknown type' };
  }
}

/** tar-stream's own types do not say that its entries can be iterated, as its documentation does. */
function chunksOf(entry: TarEntry): AsyncIterable<Buffer> {
  return entry as unknown as AsyncIterable<Buffer>;
}

/** Remembers whether the last block was zeros: the end mark, without which a tar was cut off between two entries. */
class TailCheck extends Transform {
  private tail = Buffer.alloc(0);

  override _transform(
    chunk: Buffer,
    _encoding: BufferEncoding,
    done: (error: null, chunk: Buffer) => void,
  ): void {
    this.tail =
      chunk.length >= BLOCK
        ? Buffer.from(chunk.subarray(-BLOCK))
        : Buffer.concat([this.tail, chunk]).subarray(-BLOCK);
    done(null, chunk);
  }

  get endsInZeros(): boolean {
    return this.tail.length === BLOCK && this.tail.every((byte) => byte === 0);
  }
}
