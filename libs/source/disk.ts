import { freeMb } from '#libs/config/free-mb.js';
import { BerthError } from '#libs/core/errors.js';

/** Refuses new sources while the disk is short: a full disk would stop what runs. Throws `disk_full`. */
export async function assertRoom(home: string, minFreeMb: number): Promise<void> {
  const left = await freeMb(home);
  if (left < minFreeMb)
    throw new BerthError(
      'disk_full',
      `The platform takes no new code while its disk is nearly full (${left} MiB free, ${minFreeMb} MiB needed). Tell who runs it.`,
      { details: { freeMb: left, minFreeMb } },
    );
}
