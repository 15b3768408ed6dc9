import { messageOf } from '#libs/core/errors.js';
import { EngineError } from '#libs/engine/port.js';
import { forgetVolume, noteVolumeSize, volumesOn } from '#libs/store/volumes.js';
import type { RuntimeContext } from '../runtime-context.js';
import { volumeName } from './mounts.js';

/** Volumes are measured this often: all that is in them is walked. */
export const volumesEveryMs = 5 * 60_000;

type Context = Pick<RuntimeContext, 'db' | 'engine' | 'fence' | 'env' | 'warn'>;

/**
 * Takes volumes that were given up off the host, and their rows after them. Only what a row gives up: one without a row (a database that was set back)
 * holds somebody's data all the same. One that a container still has is left to the next look.
 */
export async function removeGivenUp({ db, engine, fence, env, warn }: Context): Promise<void> {
  for (const { id, name } of await volumesOn(db, fence.hostId, 'given-up')) {
    try {
      await engine.removeVolume(volumeName(env.BERTH_ID, id));
      await forgetVolume(db, fence, id);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (error.code !== 'conflict') warn(`The volume ${name} was not removed: ${messageOf(error)}`);
    }
  }
}

/** Notes how large each volume is. */
export async function measureVolumes({ db, engine, fence, env }: Context): Promise<void> {
  for (const { id } of await volumesOn(db, fence.hostId, 'kept')) {
    const bytes = await engine.volumeBytes(volumeName(env.BERTH_ID, id));
    if (bytes !== null) await noteVolumeSize(db, fence, { id, bytes, at: new Date() });
  }
}

/** Bytes by which each app's volumes have grown since they were last measured. */
export async function volumeGrowth({ db, engine, fence, env }: Context): Promise<Map<string, number>> {
  const grown = new Map<string, number>();
  for (const { id, appId, sizeBytes } of await volumesOn(db, fence.hostId, 'kept')) {
    const bytes = (await engine.volumeBytes(volumeName(env.BERTH_ID, id))) ?? 0;
    const app = appId ?? '';
    grown.set(app, (grown.get(app) ?? 0) + Math.max(0, bytes - Number(sizeBytes)));
  }
  return grown;
}
