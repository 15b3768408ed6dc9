import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { assertId, isId } from '../git/repositories.js';

const UNFINISHED = '.part-';

/** Folder of all uploaded archives. */
export function uploadsFolder(home: string): string {
  return join(home, 'uploads');
}

/** Where the archive of a source is. */
export function uploadPath(home: string, sourceId: string): string {
  assertId(sourceId);
  return join(uploadsFolder(home), sourceId);
}

/** Where an archive is while it comes in. */
export async function partPath(home: string, sourceId: string): Promise<string> {
  assertId(sourceId);
  await mkdir(uploadsFolder(home), { recursive: true, mode: 0o700 });
  return join(uploadsFolder(home), `${UNFINISHED}${sourceId}`);
}

/** The archive is whole and checked: it gets its name. */
export async function keepUpload(home: string, sourceId: string): Promise<void> {
  await rename(await partPath(home, sourceId), uploadPath(home, sourceId));
}

/** Safe to repeat. */
export async function removeUpload(home: string, sourceId: string): Promise<void> {
  await rm(uploadPath(home, sourceId), { force: true });
}

/** Sources that have an archive, with the time it was stored. */
export async function storedUploads(home: string): Promise<{ sourceId: string; storedAt: Date }[]> {
  const names = await readdir(uploadsFolder(home)).catch(() => []);
  const found: { sourceId: string; storedAt: Date }[] = [];
  for (const name of names) {
    if (!isId(name)) continue;
    const info = await stat(join(uploadsFolder(home), name)).catch(() => null);
    if (info?.isFile()) found.push({ sourceId: name, storedAt: info.mtime });
  }
  return found;
}

/** Takes away what a killed process had half received. Only at start, before uploads are taken. */
export async function sweepParts(home: string): Promise<void> {
  await mkdir(uploadsFolder(home), { recursive: true, mode: 0o700 });
  for (const name of await readdir(uploadsFolder(home))) {
    if (name.startsWith(UNFINISHED)) await rm(join(uploadsFolder(home), name), { force: true });
  }
}
