import { statfs } from 'node:fs/promises';
import { BerthError } from '#libs/core/errors.js';

/** Refuses a build while the disk is short: a full disk would stop running apps too. Throws `disk_short`. */
export async function admit(home: string, minFreeMb: number): Promise<void> {
  const { bavail, bsize } = await statfs(home);
  const freeMb = Math.floor((bavail * bsize) / 1024 / 1024);
  if (freeMb >= minFreeMb) return;
  throw new BerthError(
    'disk_short',
    `The host has ${freeMb} MiB of free disk; a build starts only with ${minFreeMb} MiB (BERTH_MIN_FREE_DISK_MB). Free some disk, then retry the deployment.`,
    { details: { freeMb, minFreeMb } },
  );
}
