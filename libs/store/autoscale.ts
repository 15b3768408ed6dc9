import type { Db } from './db.js';
import { emitEvent, systemActor } from './events.js';
import { fenced, type Fence } from './hosts.js';

/**
 * Notes that so many web instances are right for an app's load from now on. False when another number than `from` stands
 * there (the owner changed it meanwhile), or the app is gone.
 */
export function moveWebInstances(
  db: Db,
  fence: Fence,
  move: { appId: string; from: number; to: number },
): Promise<boolean> {
  return fenced(db, fence, async (tx) => {
    const [moved] = await tx.app.updateManyAndReturn({
      where: { id: move.appId, deletedAt: null, webInstances: move.from },
      data: { webInstances: move.to },
      select: { teamId: true },
    });
    if (moved === undefined) return false;
    await emitEvent(tx, {
      teamId: moved.teamId,
      appId: move.appId,
      kind: 'app.autoscaled',
      data: { from: move.from, to: move.to },
      actor: systemActor('runtime'),
    });
    return true;
  });
}
