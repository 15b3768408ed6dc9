import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import type { Readable } from 'node:stream';
import tar from 'tar-stream';
import { nodeZlib } from '../node-modules.js';
import { Failure } from '../frame/failure.js';
import type { SourceEntry } from './walk.js';

/**
 * Streams entries as a .tar.gz, each below one folder, which the platform takes away again (so an app that consists of a
 * single folder keeps it). Times, owners and order are fixed: the same files give the same bytes.
 *
 * @param onBytes told how many bytes of the files went in, so far
 */
export function pack(
  folder: string,
  entries: readonly SourceEntry[],
  onBytes: (bytes: number) => void,
): Readable {
  const archive = tar.pack();
  const zipped = nodeZlib().createGzip({ level: 6 });
  pipeline(archive, zipped, () => undefined);
  void fill(archive, folder, entries, onBytes).catch((error: unknown) => {
    archive.destroy();
    zipped.destroy(error as Error);
  });
  return zipped;
}

async function fill(
  archive: tar.Pack,
  folder: string,
  entries: readonly SourceEntry[],
  onBytes: (bytes: number) => void,
): Promise<void> {
  let bytes = 0;
  for (const entry of entries) {
    const header = {
      name: `app/${entry.path}`,
      mode: entry.executable ? 0o755 : 0o644,
      mtime: new Date(0),
      uid: 0,
      gid: 0,
    };
    if (entry.kind === 'link') {
      archive.entry({ ...header, type: 'symlink', linkname: entry.target ?? '' });
      continue;
    }
    const sink = archive.entry({ ...header, type: 'file', size: entry.bytes });
    for await (const chunk of contents(folder, entry)) {
      onBytes((bytes += chunk.length));
      if (!sink.write(chunk)) await roomIn(sink);
      // Whoever read the archive has gone.
      if (archive.destroyed) return;
    }
    sink.end(Buffer.alloc(0));
  }
  archive.finalize();
}

/**
 * Exactly as many bytes as were there when the folder was listed: what a file grows meanwhile is left out; one that shrank or went
 * would break the archive, so it throws.
 */
async function* contents(folder: string, { path, from = path, bytes }: SourceEntry): AsyncGenerator<Buffer> {
  let read = 0;
  try {
    if (bytes > 0)
      for await (const chunk of createReadStream(join(folder, from), {
        end: bytes - 1,
      }) as AsyncIterable<Buffer>) {
        read += chunk.length;
        yield chunk;
      }
    if (read < bytes) throw new Error('it is shorter now');
  } catch (cause) {
    throw new Failure(`${path} could not be packed.`, {
      why: `It was changed or removed meanwhile, or cannot be read (${(cause as Error).message}).`,
      todo: 'Try again when nothing writes to the folder.',
      cause,
    });
  }
}

/** Resolves when a stream takes more, or will never take any again. */
function roomIn(sink: object): Promise<void> {
  const emitter = sink as NodeJS.EventEmitter;
  return new Promise((resolve) => {
    const done = (): void => {
      emitter.off('drain', done).off('close', done);
      resolve();
    };
    emitter.on('drain', done).on('close', done);
  });
}
