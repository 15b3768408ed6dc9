import { statfs } from 'node:fs/promises';

/** MiB that are free for us on the disk of a path. */
export async function freeMb(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return Math.floor((bavail * bsize) / 1024 / 1024);
}
