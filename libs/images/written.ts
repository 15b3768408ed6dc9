import { readFile, opendir, lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { leastFileBytes } from '#libs/config/free-mb.js';

/** No more entries than this are counted: the answer is then a lower bound. */
const MOST_ENTRIES = 100_000;

/**
 * Bytes on disk in what these processes' steps write: the upper folders of their root overlays and their cache mounts. A small file counts for what its inode
 * stands for. Reads `/proc` and the Engine's folders, so it needs root on the Engine's machine. Processes that have ended count for nothing.
 */
export async function writtenBytes(pids: readonly number[], proc = '/proc'): Promise<number> {
  const folders = new Set<string>();
  for (const pid of pids.slice(0, 50)) {
    const mounts = await readFile(join(proc, String(pid), 'mountinfo'), 'utf8').catch(() => '');
    for (const folder of writtenFolders(mounts)) folders.add(folder);
  }
  const budget = { entries: MOST_ENTRIES };
  let bytes = 0;
  for (const folder of folders) bytes += await sizeOf(folder, budget);
  return bytes;
}

/**
 * Folders of the host that a step writes to, by its mountinfo: `… / / rw … - overlay overlay rw,…,upperdir=F,…`, and bind
 * mounts of the Engine's snapshots, whose path in their own file system is the fourth field.
 */
export function writtenFolders(mountinfo: string): string[] {
  return mountinfo.split('\n').flatMap((line) => {
    const [, , , within, target, options = ''] = line.split(' ');
    const upper = target === '/' ? /[ ,]upperdir=([^,]+)/.exec(line)?.[1] : undefined;
    if (upper !== undefined) return [upper];
    const writable = options.split(',').includes('rw');
    return writable && within !== undefined && /\/overlay2\/[^/]+\/diff/.test(within) ? [within] : [];
  });
}

async function sizeOf(folder: string, budget: { entries: number }): Promise<number> {
  let bytes = 0;
  const open = await opendir(folder).catch(() => null);
  if (open === null) return 0;
  for await (const entry of open) {
    budget.entries -= 1;
    if (budget.entries < 0) break;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += await sizeOf(path, budget);
    else
      bytes += await lstat(path).then(
        ({ blocks }) => Math.max(blocks * 512, leastFileBytes),
        () => 0,
      );
  }
  return bytes;
}
