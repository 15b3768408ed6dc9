import { unfinishedStatuses } from '#libs/core/deployment-status.js';
import { BerthError } from '#libs/core/errors.js';
import { transaction, type Db, type Tx } from './db.js';
import { emitEvent, systemActor } from './events.js';
import { lockApp } from './locks.js';

/** What was removed is remembered for so long. */
const KEPT_DAYS = 30;

/**
 * Marks an image for removal, and its releases as collected: all or nothing, and only if what the caller looked at still holds. False when a
 * deployment of the app is under way, a release of the image that the caller does not know of has come, or one of them is needed after all.
 * From here on none of these releases can be deployed.
 */
export function markImage(
  db: Db,
  wanted: { image: string; appId: string; releaseIds: readonly string[]; reason: string },
): Promise<boolean> {
  const { image, appId, releaseIds, reason } = wanted;
  return transaction(db, async (tx) => {
    // Deployments are accepted under this lock, so none comes between what is asked here and the mark.
    await lockApp(tx, appId);
    const app = await tx.app.findUnique({
      where: { id: appId },
      select: { teamId: true, liveReleaseId: true, deletedAt: true },
    });
    const releases = await tx.release.findMany({ where: { image }, select: { id: true, number: true } });
    const ids = releases.map(({ id }) => id);
    if (ids.some((id) => !releaseIds.includes(id))) return false;
    if (app !== null && (await isNeeded(tx, appId, app, ids))) return false;
    await tx.imageRemoval.upsert({
      where: { image },
      create: { image, appId, reason },
      update: { reason, markedAt: new Date(), removedAt: null },
    });
    await tx.release.updateMany({
      where: { id: { in: ids }, collectedAt: null },
      data: { collectedAt: new Date() },
    });
    if (app !== null && app.deletedAt === null && releases.length > 0)
      await emitEvent(tx, {
        teamId: app.teamId,
        appId,
        kind: 'release.collected',
        data: { numbers: releases.map(({ number }) => number).sort((a, b) => a - b), reason },
        actor: systemActor('builder'),
      });
    return true;
  });
}

async function isNeeded(
  tx: Tx,
  appId: string,
  app: { liveReleaseId: string | null; deletedAt: Date | null },
  releaseIds: string[],
): Promise<boolean> {
  const runs = await tx.instance.count({
    where: { releaseId: { in: releaseIds }, status: { not: 'stopped' } },
  });
  if (runs > 0) return true;
  if (app.deletedAt !== null) return false;
  const ofThem = { appId, releaseId: { in: releaseIds } };
  if ((await tx.split.count({ where: ofThem })) > 0) return true;
  if ((await tx.visitedRelease.count({ where: ofThem })) > 0) return true;
  if (app.liveReleaseId !== null && releaseIds.includes(app.liveReleaseId)) return true;
  return (await tx.deployment.count({ where: { appId, status: { in: unfinishedStatuses } } })) > 0;
}

/** Images that are marked and may still be there: of this collection, and of ones that were killed. */
export function markedImages(db: Db) {
  return db.imageRemoval.findMany({ where: { removedAt: null }, orderBy: { markedAt: 'asc' } });
}

/** The image is gone from the registry. Marks of long ago are forgotten. */
export async function noteRemoved(db: Db, image: string): Promise<void> {
  await db.imageRemoval.updateMany({ where: { image, removedAt: null }, data: { removedAt: new Date() } });
  const before = new Date(Date.now() - KEPT_DAYS * 24 * 3600_000);
  await db.imageRemoval.deleteMany({ where: { removedAt: { lt: before } } });
}

/**
 * In the transaction that makes a release: is the image really there? One that was marked for removal may have gone, or go, after it was pushed (`since`: when the push began).
 * Throws `image_collected`: push again once `removalPending` says no. Otherwise the image counts as never removed.
 */
export async function assertNotCollected(tx: Tx, image: string, since: Date): Promise<void> {
  const row = await tx.imageRemoval.findUnique({ where: { image } });
  if (row === null) return;
  if (row.removedAt === null || row.removedAt >= since)
    throw new BerthError(
      'image_collected',
      'The same image was being removed from the registry meanwhile. Try the deployment again.',
    );
  await tx.imageRemoval.delete({ where: { image } });
  await tx.release.updateMany({ where: { image }, data: { collectedAt: null } });
}

/** Is the image marked and not known to be gone yet? */
export async function removalPending(db: Db, image: string): Promise<boolean> {
  return (await db.imageRemoval.count({ where: { image, removedAt: null } })) > 0;
}
