import { randomBytes } from 'node:crypto';
import { BerthError } from '#libs/core/errors.js';
import type { Sealer } from '#libs/secrets/seal.js';
import { assertIsApp } from './app-kind.js';
import { transaction, type Db, type Tx } from './db.js';
import { emitEvent, systemActor, type Actor } from './events.js';
import type { GitConnection } from './generated/client.js';

export type { GitConnection };

/** Longer than a fetch lasts: whoever took it has died. */
const leaseMs = 15 * 60_000;

function contextOf(appId: string): string {
  return `connection:${appId}`;
}

interface Owner {
  id: string;
  teamId: string;
}

/** Throws `connection_not_found`. */
export async function connectionOf(db: Db | Tx, appId: string): Promise<GitConnection> {
  const row = await db.gitConnection.findFirst({ where: { appId, app: { deletedAt: null } } });
  if (row) return row;
  throw new BerthError('connection_not_found', 'The app is connected to no git server.');
}

/** Connects an app, in place of what it was connected to, and asks for a first fetch. The secret is given out this once. */
export function connect(
  db: Db,
  sealer: Sealer,
  app: Owner,
  { url, branch, actor }: { url: string; branch: string; actor: Actor },
): Promise<{ connection: GitConnection; secret: string }> {
  const secret = randomBytes(24).toString('base64url');
  const { protocol, host, pathname } = new URL(url);
  const row = {
    ...{ branch, createdBy: actor.name, createdById: actor.id, createdAt: new Date(), wantedAt: new Date() },
    sealedUrl: sealer.seal(url, contextOf(app.id)),
    shownUrl: `${protocol}//${host}${pathname}`,
    sealedSecret: sealer.seal(secret, contextOf(app.id)),
    ...{ fetchedAt: null, leaseUntil: null, commit: null, reason: null },
  };
  return transaction(db, async (tx) => {
    await assertIsApp(tx, app.id, 'runs what Berth makes it of');
    const connection = await tx.gitConnection.upsert({
      where: { appId: app.id },
      create: { ...row, appId: app.id },
      update: row,
    });
    await emitEvent(tx, {
      ...{ teamId: app.teamId, appId: app.id, kind: 'connection.changed', actor },
      data: { url: connection.shownUrl, branch },
    });
    return { connection, secret };
  });
}

/** Throws `connection_not_found`. */
export function disconnect(db: Db, app: Owner, actor: Actor): Promise<void> {
  return transaction(db, async (tx) => {
    const { shownUrl, branch } = await connectionOf(tx, app.id);
    await tx.gitConnection.delete({ where: { appId: app.id } });
    await emitEvent(tx, {
      ...{ teamId: app.teamId, appId: app.id, kind: 'connection.removed', actor },
      data: { url: shownUrl, branch },
    });
  });
}

/** The secret by which a git server shows who it is. */
export function hookSecretOf(sealer: Sealer, { appId, sealedSecret }: GitConnection): string {
  return sealer.open(sealedSecret, contextOf(appId));
}

/** There is something to fetch. `again`: also when it is what was deployed last. */
export async function wantFetch(db: Db, appId: string, { again }: { again: boolean }): Promise<void> {
  await db.gitConnection.updateMany({
    where: { appId },
    data: { wantedAt: new Date(), ...(again && { commit: null }) },
  });
}

/** A fetch that was taken over. */
export interface DueFetch {
  appId: string;
  teamId: string;
  /** Handle with care: it may hold a token. */
  url: string;
  branch: string;
  /** What was deployed last. */
  commit: string | null;
  wantedAt: Date;
  actor: Actor;
}

/** Takes over what is to be fetched: nobody else does until the lease is over. */
export async function claimFetches(db: Db, sealer: Sealer, now: Date, take: number): Promise<DueFetch[]> {
  const due = await db.gitConnection.findMany({
    where: {
      wantedAt: { not: null },
      app: { deletedAt: null },
      OR: [{ leaseUntil: null }, { leaseUntil: { lt: now } }],
    },
    orderBy: { wantedAt: 'asc' },
    take,
    include: { app: { select: { teamId: true } } },
  });
  const claimed: DueFetch[] = [];
  for (const row of due) {
    const { appId, branch, commit, leaseUntil, wantedAt } = row;
    if (wantedAt === null) continue;
    const { count } = await db.gitConnection.updateMany({
      where: { appId, leaseUntil, wantedAt },
      data: { leaseUntil: new Date(now.getTime() + leaseMs) },
    });
    if (count === 0) continue;
    const actor = { id: row.createdById, name: row.createdBy };
    const url = sealer.open(row.sealedUrl, contextOf(appId));
    claimed.push({ ...{ appId, branch, commit, wantedAt, url, actor }, teamId: row.app.teamId });
  }
  return claimed;
}

/** Nobody fetches: only one api does, and it begins. What was under way is taken up again. */
export async function forgetFetchLeases(db: Db): Promise<void> {
  await db.gitConnection.updateMany({ where: { leaseUntil: { not: null } }, data: { leaseUntil: null } });
}

/** Notes how a fetch ended. One that was asked for meanwhile stays wanted. */
export function endFetch(
  db: Db,
  { appId, teamId, wantedAt }: DueFetch,
  end: { commit: string } | { reason: string },
): Promise<void> {
  return transaction(db, async (tx) => {
    const failed = 'reason' in end;
    const { count } = await tx.gitConnection.updateMany({
      where: { appId },
      data: {
        ...{ leaseUntil: null, fetchedAt: new Date() },
        ...(failed ? { reason: end.reason } : { reason: null, commit: end.commit }),
      },
    });
    await tx.gitConnection.updateMany({ where: { appId, wantedAt }, data: { wantedAt: null } });
    if (failed && count > 0)
      await emitEvent(tx, {
        ...{ teamId, appId, kind: 'connection.failed', actor: systemActor('api') },
        data: { reason: end.reason },
      });
  });
}
