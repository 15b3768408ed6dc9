import { createReadStream } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pack, type Pack } from 'tar-stream';

/** What went into an archive so far, and what was left out. */
export interface Packed {
  files: number;
  skipped: number;
}

/**
 * A file or folder as a tar archive in which it has this name. Links and the like are left out: where they point is nothing there.
 *
 * @param packed counted up
 */
export function packPath(path: string, name: string, packed: Packed): AsyncIterable<Uint8Array> {
  const archive = pack();
  fill(archive, path, name, packed).then(
    () => archive.finalize(),
    (error: unknown) => archive.destroy(error as Error),
  );
  return archive as AsyncIterable<Uint8Array>;
}

async function fill(archive: Pack, path: string, name: string, packed: Packed): Promise<void> {
  const stats = await lstat(path);
  const { size, mtime } = stats;
  const mode = stats.mode & 0o777;
  if (stats.isDirectory()) {
    archive.entry({ name: `${name}/`, type: 'directory', mode, mtime }, '');
    for (const child of (await readdir(path)).toSorted())
      await fill(archive, join(path, child), `${name}/${child}`, packed);
  } else if (stats.isFile()) {
    const sink = archive.entry({ name, size, mode, mtime });
    if (size === 0) sink.end(Buffer.alloc(0));
    else await pipeline(createReadStream(path, { end: size - 1 }), sink);
    packed.files += 1;
  } else packed.skipped += 1;
}
