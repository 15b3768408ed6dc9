import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { pipeline as finished } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import tar from 'tar-stream';
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
  const zipped = createGzip({ level: 6 });
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
    if (entry.bytes === 0) sink.end(Buffer.alloc(0));
    else {
      // A file that grows meanwhile is cut where it ended when it was listed; one that shrinks breaks the archive.
      const file = createReadStream(join(folder, entry.path), { end: entry.bytes - 1 });
      file.on('data', (chunk) => onBytes((bytes += chunk.length)));
      await finished(file, sink).catch((cause: unknown) => {
        throw new Failure(`${entry.path} could not be packed.`, {
          why: `It was changed or removed meanwhile, or cannot be read (${(cause as Error).message}).`,
          todo: 'Try again when nothing writes to the folder.',
          cause,
        });
      });
    }
  }
  archive.finalize();
}
