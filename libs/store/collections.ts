import { diskReport, type DiskReport } from '#libs/contracts/api/disk.js';
import type { EventKind } from '#libs/contracts/events.js';
import { BerthError } from '#libs/core/errors.js';
import { transaction, type Db } from './db.js';
import { emitEvent, type Actor } from './events.js';
import type { Collection } from './generated/client.js';
import { notify } from './notify.js';

export type { Collection };
export type CollectionTrigger = 'timer' | 'pressure' | 'request';

/** Any number will do, as long as nothing else locks it: claims come one after the other. */
const CLAIM_LOCK = 6_258_114;
/** So many are kept as history, besides those that have not ended. */
const KEPT = 50;

/** Asks for a collection; whoever builds takes it up. What a person has removed, not only looked at, is told. */
export function wantCollection(
  db: Db,
  wanted: { trigger: CollectionTrigger; dryRun: boolean },
  actor?: Actor,
): Promise<Collection> {
  return transaction(db, async (tx) => {
    const row = await tx.collection.create({ data: wanted });
    await notify(tx, { t: 'disk', collection: row.id });
    if (actor !== undefined && !wanted.dryRun)
      await emitEvent(tx, { teamId: null, appId: null, kind: 'collection.requested', data: {}, actor });
    return row;
  });
}

/**
 * Takes up the collection that has waited longest, or one whose worker was lost. Null when there is none, or another is under way: there is one at a
 * time on the whole platform.
 */
export async function claimCollection(db: Db, worker: string, leaseMs: number): Promise<Collection | null> {
  return transaction(db, async (tx) => {
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(${CLAIM_LOCK})::text`;
    const now = new Date();
    const held = await tx.collection.count({ where: { status: 'running', leaseUntil: { gte: now } } });
    if (held > 0) return null;
    const next = await tx.collection.findFirst({
      where: { OR: [{ status: 'wanted' }, { status: 'running', leaseUntil: { lt: now } }] },
      orderBy: { createdAt: 'asc' },
    });
    if (next === null) return null;
    const leaseUntil = new Date(now.getTime() + leaseMs);
    return tx.collection.update({ where: { id: next.id }, data: { status: 'running', worker, leaseUntil } });
  });
}

/** Holds on to a collection; false when it is another's by now. */
export async function renewCollection(db: Db, id: string, worker: string, leaseMs: number): Promise<boolean> {
  const { count } = await db.collection.updateMany({
    where: { id, worker, status: 'running' },
    data: { leaseUntil: new Date(Date.now() + leaseMs) },
  });
  return count === 1;
}

/** Ends a collection that this worker still holds, and forgets old ones. */
export async function endCollection(
  db: Db,
  id: string,
  worker: string,
  end: { report: DiskReport } | { error: string },
): Promise<void> {
  await transaction(db, async (tx) => {
    await tx.collection.updateMany({
      where: { id, worker, status: 'running' },
      data: {
        ...('report' in end
          ? { status: 'done', report: end.report }
          : { status: 'failed', error: end.error }),
        endedAt: new Date(),
        leaseUntil: null,
      },
    });
    await notify(tx, { t: 'disk', collection: id });
    const old = await tx.collection.findMany({
      where: { endedAt: { not: null } },
      orderBy: { createdAt: 'desc' },
      skip: KEPT,
      select: { id: true },
    });
    await tx.collection.deleteMany({ where: { id: { in: old.map((row) => row.id) } } });
  });
}

/** Throws `collection_not_found`. */
export async function collectionById(db: Db, id: string): Promise<Collection> {
  const row = await db.collection.findUnique({ where: { id } });
  if (row) return row;
  throw new BerthError(
    'collection_not_found',
    'There is no such look at the disk (any more); ask for another.',
  );
}

/** The last one that was to remove something; null before the first. */
export function lastRemoval(db: Db): Promise<Pick<Collection, 'createdAt' | 'status'> | null> {
  return db.collection.findFirst({
    where: { dryRun: false },
    orderBy: { createdAt: 'desc' },
    select: { createdAt: true, status: true },
  });
}

/** After these an image may be in nobody's need. */
const changing: EventKind[] = [
  'app.deleted',
  'app.updated',
  'deployment.status',
  'release.collected',
  'release.split',
  'run.ended',
  'run.removed',
];

/** When the last thing happened that may let an image go; null: nothing that is remembered. */
export async function diskChangedAt(db: Db): Promise<Date | null> {
  const row = await db.event.findFirst({
    where: { kind: { in: changing } },
    orderBy: { id: 'desc' },
    select: { at: true },
  });
  return row?.at ?? null;
}

/** The newest finished one; null before the first. */
export function newestCollection(db: Db): Promise<Collection | null> {
  return db.collection.findFirst({ where: { status: 'done' }, orderBy: { createdAt: 'desc' } });
}

/** One that has not ended yet: who asks again need not start another. */
export function unfinishedCollection(db: Db): Promise<Collection | null> {
  return db.collection.findFirst({
    where: { status: { in: ['wanted', 'running'] } },
    orderBy: { createdAt: 'desc' },
  });
}

/** Its report; null until it is done, or where an older version of Berth wrote it. */
export function reportOf(row: Pick<Collection, 'report'>): DiskReport | null {
  return diskReport.nullable().catch(null).parse(row.report);
}
