import { statfs } from 'node:fs/promises';

/** What a file takes of a disk at least: one of its inodes, of which ext4 makes one for so many bytes. */
export const leastFileBytes = 16 * 1024;

/** MiB that are free for us on the disk of a path: of bytes, or of inodes, whichever is less. */
export async function freeMb(path: string): Promise<number> {
  const { bavail, bsize, files, ffree } = await statfs(path);
  // Some file systems have no fixed number of inodes, and say 0.
  const inodes = files === 0 ? Infinity : ffree;
  return Math.floor(Math.min(bavail * bsize, inodes * leastFileBytes) / 1024 / 1024);
}
