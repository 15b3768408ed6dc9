import { mkdir, readFile, readlink, rm, symlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Problem } from './problem.mjs';
import { identify, isAlive } from './processes.mjs';

/**
 * Runs `work` while holding a lock: a link whose target says who has it (a file, where an older Berth took it). A lock whose holder is dead is taken over. Waits up to `waitMs`, then
 * throws what `busy(holder)` gives.
 */
export async function withLock(path, { waitMs = 0, busy }, work) {
  await mkdir(dirname(path), { recursive: true });
  const deadline = Date.now() + waitMs;
  while (!(await take(path))) {
    const holder = await holderOf(path);
    if (isDead(holder)) await takeAway(path);
    else if (holder !== undefined && Date.now() >= deadline) throw busy(holder);
    else if (holder !== undefined) await delay(100);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

/** The one step that takes the lock and shows its holder at once, on a full disk too. False when somebody has it. */
async function take(path) {
  try {
    await symlink(JSON.stringify(identify(process.pid)), path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** null when nobody can tell who has the lock, undefined when nobody has it any more. */
async function holderOf(path) {
  try {
    const text = await readlink(path).catch((error) => {
      if (error.code === 'EINVAL') return readFile(path, 'utf8');
      throw error;
    });
    return JSON.parse(text);
  } catch (error) {
    return error.code === 'ENOENT' ? undefined : null;
  }
}

function isDead(holder) {
  return Boolean(holder) && !isAlive(holder);
}

/**
 * Removes the lock of a dead holder. Under a lock of its own: between somebody's look and their removal another may have taken it over, and would lose it.
 */
async function takeAway(path) {
  const busy = () =>
    new Problem({ what: `Somebody has been taking over ${path} for a minute.`, fix: 'Try again.' });
  await withLock(`${path}.over`, { waitMs: 60_000, busy }, async () => {
    if (isDead(await holderOf(path))) await rm(path, { force: true });
  });
}
