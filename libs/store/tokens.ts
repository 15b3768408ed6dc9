import type { Scope } from '#libs/core/roles.js';
import type { Token, User } from './generated/client.js';
import { transaction, type Db, type Tx } from './db.js';
import { emitEvent, type Actor } from './events.js';

export type TokenRow = Token & { team: { slug: string } | null };

const TOUCH_EVERY_MS = 60_000;
const withTeam = { team: { select: { slug: true } } } as const;

/** Notes a token. `secretHash` is the hash of the whole token; the secret itself is never stored. */
export async function createToken(
  tx: Tx,
  token: {
    userId: string;
    teamId: string | null;
    name: string;
    prefix: string;
    secretHash: string;
    scopes: Scope[];
    expiresAt: Date | null;
  },
  actor: Actor,
): Promise<TokenRow> {
  const row = await tx.token.create({ data: token, include: withTeam });
  await emitEvent(tx, {
    teamId: token.teamId,
    appId: null,
    kind: 'token.created',
    data: { tokenId: row.id, name: row.name, prefix: row.prefix, scopes: row.scopes },
    actor,
  });
  return row;
}

/** The valid token with this hash and its user, or null. Notes its use, once a minute at most. */
export async function useToken(
  db: Db,
  secretHash: string,
  now = new Date(),
): Promise<(Token & { user: User }) | null> {
  const token = await findValid(db, { secretHash }, now);
  if (!token) return null;
  if (token.lastUsedAt === null || now.getTime() - token.lastUsedAt.getTime() >= TOUCH_EVERY_MS)
    await db.token.updateMany({ where: { id: token.id }, data: { lastUsedAt: now } });
  return token;
}

/** Is the token still good? The same without noting a use. */
export function validToken(db: Db, id: string, now = new Date()): Promise<(Token & { user: User }) | null> {
  return findValid(db, { id }, now);
}

async function findValid(db: Db, where: { id: string } | { secretHash: string }, now: Date) {
  const token = await db.token.findUnique({
    where,
    include: { user: true, team: { select: { deletedAt: true } } },
  });
  if (!token || token.revokedAt !== null || token.user.disabledAt !== null) return null;
  if (token.expiresAt !== null && token.expiresAt <= now) return null;
  return token.team && token.team.deletedAt !== null ? null : token;
}

/** A user's tokens, newest first, the revoked ones too. */
export function tokensOf(
  db: Db,
  userId: string,
  page: { before: string | null; take: number },
): Promise<TokenRow[]> {
  return db.token.findMany({
    where: { userId, ...(page.before !== null && { id: { lt: page.before } }) },
    orderBy: { id: 'desc' },
    take: page.take,
    include: withTeam,
  });
}

/** Revokes a user's token; false when the user has no such token. Revoking twice is no error. */
export function revokeToken(db: Db, id: string, userId: string, actor: Actor): Promise<boolean> {
  return transaction(db, async (tx) => {
    const [revoked] = await tx.token.updateManyAndReturn({
      where: { id, userId, revokedAt: null },
      data: { revokedAt: new Date() },
    });
    if (!revoked) return (await tx.token.count({ where: { id, userId } })) > 0;
    await emitEvent(tx, {
      teamId: revoked.teamId,
      appId: null,
      kind: 'token.revoked',
      data: { tokenId: id, name: revoked.name, prefix: revoked.prefix },
      actor,
    });
    return true;
  });
}

/** How many tokens of a user are not revoked. */
export function liveTokens(db: Db, userId: string): Promise<number> {
  return db.token.count({ where: { userId, revokedAt: null } });
}
