import { mkdir, readFile, readlink, rm, symlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { identify, isAlive } from './processes.mjs';

/**
 * Runs `work` while holding a lock: a link whose target says who has it (a file, where an older Berth took it). A lock whose holder is dead is taken over. Waits up to `waitMs`, then
 * throws what `busy(holder)` gives.
 */
export async function withLock(path, { waitMs = 0, busy }, work) {
  await mkdir(dirname(path), { recursive: true });
  const release = await take(path, waitMs, busy);
  try {
    return await work();
  } finally {
    await release();
  }
}

async function take(path, waitMs, busy) {
  const deadline = Date.now() + waitMs;
  const me = JSON.stringify(identify(process.pid));
  for (;;) {
    try {
      // Fails when the name exists: the one step that takes the lock and shows its holder at once, on a full disk too.
      await symlink(me, path);
      return () => rm(path, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const holder = await readlink(path)
      .catch(() => readFile(path, 'utf8'))
      .then(JSON.parse, () => null);
    if (holder && !isAlive(holder)) await rm(path, { force: true });
    else if (Date.now() >= deadline) throw busy(holder);
    else await delay(100);
  }
}
