import { statfs } from 'node:fs/promises';
import { BerthError } from '#libs/core/errors.js';

/** Refuses new sources while the disk is short: a full disk would stop what runs. Throws `disk_full`. */
export async function assertRoom(home: string, minFreeMb: number): Promise<void> {
  const { bavail, bsize } = await statfs(home);
  const freeMb = Math.floor((bavail * bsize) / 1024 / 1024);
  if (freeMb < minFreeMb)
    throw new BerthError(
      'disk_full',
      `The platform takes no new code while its disk is nearly full (${freeMb} MiB free, ${minFreeMb} MiB needed). Tell who runs it.`,
      { details: { freeMb, minFreeMb } },
    );
}
