import { statfs } from 'node:fs/promises';
import { BerthError } from '#libs/core/errors.js';

/**
 * Refuses a build while the disk is short: a full disk would stop running apps too. First `makeRoom` may free what can be spared.
 * Throws `disk_short`.
 */
export async function admit(home: string, minFreeMb: number, makeRoom: () => Promise<void>): Promise<void> {
  if ((await freeMbAt(home)) >= minFreeMb) return;
  await makeRoom();
  const freeMb = await freeMbAt(home);
  if (freeMb >= minFreeMb) return;
  throw new BerthError(
    'disk_short',
    `The host has ${freeMb} MiB of free disk, and nothing of Berth’s is left to collect; a build starts only with ${minFreeMb} MiB (BERTH_MIN_FREE_DISK_MB). Free some disk ("berth disk" shows what takes it), then retry the deployment.`,
    { details: { freeMb, minFreeMb } },
  );
}

async function freeMbAt(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return Math.floor((bavail * bsize) / 1024 / 1024);
}
