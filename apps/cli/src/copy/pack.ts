import { createReadStream } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pack, type Pack } from 'tar-stream';

/**
 * A file or folder as a tar archive in which it has this name. Links are left out: where they point is nothing there.
 *
 * @param onFile told of each file
 */
export function packPath(path: string, name: string, onFile: () => void): AsyncIterable<Uint8Array> {
  const archive = pack();
  fill(archive, path, name, onFile).then(
    () => archive.finalize(),
    (error: unknown) => archive.destroy(error as Error),
  );
  return archive as AsyncIterable<Uint8Array>;
}

async function fill(archive: Pack, path: string, name: string, onFile: () => void): Promise<void> {
  const { mode, mtime, size, ...stats } = await lstat(path).then((one) =>
    Object.assign(one, { folder: one.isDirectory(), file: one.isFile() }),
  );
  if (stats.folder) {
    archive.entry({ name: `${name}/`, type: 'directory', mode: mode & 0o777, mtime }, '');
    for (const child of (await readdir(path)).toSorted())
      await fill(archive, join(path, child), `${name}/${child}`, onFile);
  } else if (stats.file) {
    const sink = archive.entry({ name, size, mode: mode & 0o777, mtime });
    const end = Math.max(0, size - 1);
    if (size === 0) sink.end(Buffer.alloc(0));
    else await pipeline(createReadStream(path, { end }), sink);
    onFile();
  }
}
