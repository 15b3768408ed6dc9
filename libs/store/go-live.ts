import type { Deployment } from './generated/client.js';
import { transaction, type Db } from './db.js';
import { moveDeployment } from './deployments.js';
import { emitEvent, type Actor } from './events.js';
import { awake } from './sleep.js';

/**
 * Makes a deployment's release the live one, and its app awake: one transaction, conditional on (1) the deployment still being `starting`, (2) the
 * app's generation still being the one that the caller looked at, (3) the caller still holding its host's epoch.
 * Null when any of these no longer holds: look again.
 */
export async function goLive(
  db: Db,
  wanted: { deploymentId: string; appGeneration: number; hostId: string; epoch: number; actor: Actor },
): Promise<Deployment | null> {
  class Stale extends Error {}
  try {
    return await transaction(db, async (tx) => {
      const host = await tx.$queryRaw<{ epoch: number }[]>`
        SELECT epoch FROM "Host" WHERE id = ${wanted.hostId}::uuid FOR SHARE`;
      if (host[0]?.epoch !== wanted.epoch) throw new Stale();
      const before = await tx.deployment.findUniqueOrThrow({
        where: { id: wanted.deploymentId },
        include: { release: true },
      });
      if (before.release === null) throw new Stale();
      const { count } = await tx.app.updateMany({
        where: { id: before.appId, generation: wanted.appGeneration, deletedAt: null },
        data: {
          generation: { increment: 1 },
          liveReleaseId: before.release.id,
          ...awake(),
        },
      });
      if (count !== 1) throw new Stale();
      // The visitors were shared out between what was live before and something else.
      await tx.split.deleteMany({ where: { appId: before.appId } });
      const moved = await moveDeployment(tx, { id: before.id, to: 'routing', actor: wanted.actor });
      if (!moved) throw new Stale();
      const { teamId } = await tx.app.findUniqueOrThrow({
        where: { id: before.appId },
        select: { teamId: true },
      });
      await emitEvent(tx, {
        teamId,
        appId: before.appId,
        kind: 'release.live',
        data: { releaseId: before.release.id, number: before.release.number, deploymentId: before.id },
        actor: wanted.actor,
      });
      return moved;
    });
  } catch (error) {
    if (error instanceof Stale) return null;
    throw error;
  }
}

/** The edge is known to answer with the new release: the deployment ends as live. Repeating it is harmless. */
export function confirmLive(db: Db, deploymentId: string, actor: Actor): Promise<Deployment | null> {
  return transaction(db, (tx) =>
    moveDeployment(tx, { id: deploymentId, to: 'live', from: ['routing'], actor }),
  );
}
