import { BerthError } from '#libs/core/errors.js';
import type { Sealer } from '#libs/secrets/seal.js';
import { transaction, type Db } from './db.js';
import { emitEvent, type Actor } from './events.js';
import type { Drain } from './generated/client.js';
import { lockApp } from './locks.js';

export type { Drain };

/** Each gets every line of the app. */
const drainsPerApp = 5;

function contextOf(id: string): string {
  return `drain:${id}`;
}

export function listDrains(db: Db, appId: string): Promise<Drain[]> {
  return db.drain.findMany({ where: { appId }, orderBy: { id: 'asc' } });
}

/** Throws `too_many_drains`. */
export function addDrain(
  db: Db,
  sealer: Sealer,
  app: { id: string; teamId: string },
  wanted: { id: string; url: string; actor: Actor },
): Promise<Drain> {
  const { id, url, actor } = wanted;
  const { protocol, host, pathname } = new URL(url);
  return transaction(db, async (tx) => {
    await lockApp(tx, app.id);
    if ((await tx.drain.count({ where: { appId: app.id } })) >= drainsPerApp)
      throw new BerthError('too_many_drains', `An app has at most ${drainsPerApp} drains; remove one first.`);
    const drain = await tx.drain.create({
      data: {
        ...{ id, appId: app.id, createdBy: actor.name },
        sealedUrl: sealer.seal(url, contextOf(id)),
        shownUrl: `${protocol}//${host}${pathname}`,
      },
    });
    const data = { drainId: id, host };
    await emitEvent(tx, { teamId: app.teamId, appId: app.id, kind: 'drain.added', data, actor });
    return drain;
  });
}

/** Throws `drain_not_found`. */
export function removeDrain(
  db: Db,
  app: { id: string; teamId: string },
  id: string,
  actor: Actor,
): Promise<void> {
  return transaction(db, async (tx) => {
    const row = await tx.drain.findFirst({ where: { id, appId: app.id } });
    if (!row)
      throw new BerthError('drain_not_found', 'The app has no such drain; list its drains to see their ids.');
    await tx.drain.delete({ where: { id } });
    const data = { drainId: id, host: new URL(row.shownUrl).host };
    await emitEvent(tx, { teamId: app.teamId, appId: app.id, kind: 'drain.removed', data, actor });
  });
}

/** A drain as whoever fills it needs it. */
export interface OpenDrain {
  id: string;
  appId: string;
  app: string;
  /** Handle with care: it may hold a secret. */
  url: string;
}

/** All drains of apps that are there. */
export async function openDrains(db: Db, sealer: Sealer): Promise<OpenDrain[]> {
  const rows = await db.drain.findMany({
    where: { app: { deletedAt: null } },
    include: { app: { select: { name: true } } },
  });
  return rows.map(({ id, appId, app, sealedUrl }) => ({
    ...{ id, appId, app: app.name },
    url: sealer.open(sealedUrl, contextOf(id)),
  }));
}

/** Adds to what a drain has done. */
export async function noteDrain(
  db: Db,
  id: string,
  { sent, dropped, reason }: { sent: number; dropped: number; reason: string | null },
): Promise<void> {
  await db.drain.updateMany({
    where: { id },
    data: {
      sent: { increment: sent },
      dropped: { increment: dropped },
      reason,
      ...(sent > 0 && { lastAt: new Date() }),
    },
  });
}
