import type { Session, User } from './generated/client.js';
import { transaction, type Db } from './db.js';
import { emitEvent, type Actor } from './events.js';

export type { Session };

/** Unused for this long, a session ends. */
const IDLE_MS = 14 * 24 * 3600_000;
/** However much it is used, a session ends after this. */
const LONGEST_MS = 60 * 24 * 3600_000;
/** How stale `lastUsedAt` may be: one write a minute instead of one a request. */
const TOUCH_EVERY_MS = 60_000;

/** Notes a signed-in browser. The row holds the hash of the cookie's secret. */
export function createSession(
  db: Db,
  session: { userId: string; secretHash: string; userAgent: string | null },
  now = new Date(),
): Promise<Session> {
  return db.session.create({ data: { ...session, expiresAt: new Date(now.getTime() + IDLE_MS) } });
}

/** The valid session with this hash and its user, or null (unknown, expired, user disabled). Renews it as it is used. */
export async function useSession(
  db: Db,
  secretHash: string,
  now = new Date(),
): Promise<(Session & { user: User }) | null> {
  const session = await findValid(db, { secretHash }, now);
  if (!session) return null;
  if (now.getTime() - session.lastUsedAt.getTime() < TOUCH_EVERY_MS) return session;
  const longest = session.createdAt.getTime() + LONGEST_MS;
  const expiresAt = new Date(Math.min(now.getTime() + IDLE_MS, longest));
  // The session may be ended by another request meanwhile: then there is nothing to renew.
  await db.session.updateMany({ where: { id: session.id }, data: { lastUsedAt: now, expiresAt } });
  return { ...session, lastUsedAt: now, expiresAt };
}

/** Is the session still good? The same without renewing it. */
export function validSession(
  db: Db,
  id: string,
  now = new Date(),
): Promise<(Session & { user: User }) | null> {
  return findValid(db, { id }, now);
}

async function findValid(db: Db, where: { id: string } | { secretHash: string }, now: Date) {
  const session = await db.session.findUnique({ where, include: { user: true } });
  return session && session.expiresAt > now && session.user.disabledAt === null ? session : null;
}

/** Ends a session; ending one that is gone is no error. */
export function endSession(db: Db, id: string, actor: Actor): Promise<void> {
  return transaction(db, async (tx) => {
    const { count } = await tx.session.deleteMany({ where: { id } });
    if (count > 0)
      await emitEvent(tx, { teamId: null, appId: null, kind: 'user.signed_out', data: {}, actor });
  });
}

/** Forgets sessions that ended by themselves. */
export async function pruneSessions(db: Db, now = new Date()): Promise<void> {
  await db.session.deleteMany({ where: { expiresAt: { lt: now } } });
}
