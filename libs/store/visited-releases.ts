import type { Db } from './db.js';
import { fenced, type Fence } from './hosts.js';
import { keptReleases } from './app-states.js';
import { lockApp } from './locks.js';

/** Somebody comes to a release of the past. Times in ms. */
export interface Visit {
  appId: string;
  number: number;
  now: Date;
  /** A release is awake for so long after its last use. */
  awakeMs: number;
  /** One that was not used for so long may give its place to another. */
  idleMs: number;
  /** So many may be awake at once. */
  most: number;
}

/**
 * Notes that a release of the past is to run now. `full`: as many others are in use as may run at once; `unknown`: the app
 * keeps no such release.
 */
export function visitRelease(db: Db, fence: Fence, visit: Visit): Promise<'noted' | 'unknown' | 'full'> {
  const { appId, number, now, awakeMs, idleMs, most } = visit;
  return fenced(db, fence, async (tx) => {
    await lockApp(tx, appId);
    const kept = await tx.release.findMany({
      where: { appId, collectedAt: null, app: { deletedAt: null } },
      orderBy: { number: 'desc' },
      take: keptReleases,
      select: { id: true, number: true },
    });
    const release = kept.find((one) => one.number === number);
    if (release === undefined) return 'unknown';
    const awakeSince = new Date(now.getTime() - awakeMs);
    const others = await tx.visitedRelease.findMany({
      where: { appId, releaseId: { not: release.id }, usedAt: { gt: awakeSince } },
      orderBy: { usedAt: 'asc' },
    });
    const leaving = others.slice(0, Math.max(0, others.length - most + 1));
    if (leaving.some(({ usedAt }) => now.getTime() - usedAt.getTime() < idleMs)) return 'full';
    await tx.visitedRelease.deleteMany({
      where: { appId, releaseId: { in: leaving.map(({ releaseId }) => releaseId) } },
    });
    await tx.visitedRelease.upsert({
      where: { appId_releaseId: { appId, releaseId: release.id } },
      create: { appId, releaseId: release.id, usedAt: now },
      update: { usedAt: now },
    });
    return 'noted';
  });
}

/** Notes that a visited release was in use. */
export async function touchVisited(
  db: Db,
  fence: Fence,
  { appId, releaseId, usedAt }: { appId: string; releaseId: string; usedAt: Date },
): Promise<void> {
  await fenced(db, fence, (tx) =>
    tx.visitedRelease.updateMany({ where: { appId, releaseId, usedAt: { lt: usedAt } }, data: { usedAt } }),
  );
}

/** Forgets visits whose time is over, unless somebody came since. */
export async function forgetVisited(
  db: Db,
  fence: Fence,
  { appId, releaseIds, before }: { appId: string; releaseIds: string[]; before: Date },
): Promise<void> {
  await fenced(db, fence, (tx) =>
    tx.visitedRelease.deleteMany({
      where: { appId, releaseId: { in: releaseIds }, usedAt: { lt: before } },
    }),
  );
}
