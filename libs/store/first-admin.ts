import { transaction, type Db, type Tx } from './db.js';
import { createTeamWithin, teamBySlug } from './teams.js';
import { createToken } from './tokens.js';
import { createUser, userByEmail } from './users.js';

/** Name of the token by which it is found again. */
const TOKEN_NAME = 'first administrator';
const TEAM = 'home';
/** The first queries of a process on a busy machine take seconds: their compiler is loaded meanwhile. */
const startMs = 60_000;

interface WantedAdmin {
  email: string;
  passwordHash: string;
  token: { prefix: string; secretHash: string };
}

/**
 * Makes sure that the first administrator, their team and a token exist. What an earlier run made is kept, but for its token:
 * the new one takes its place. The password is set anew only while that token was never used.
 */
export function ensureFirstAdmin(
  db: Db,
  wanted: WantedAdmin,
): Promise<{ email: string; passwordSet: boolean }> {
  return transaction(db, (tx) => ensureWithin(tx, wanted), startMs);
}

async function ensureWithin(tx: Tx, wanted: WantedAdmin): Promise<{ email: string; passwordSet: boolean }> {
  // Two starts at once take turns.
  await tx.$queryRaw`SELECT pg_advisory_xact_lock(6258113)::text`;
  const present = await userByEmail(tx, wanted.email);
  const { email, passwordHash } = wanted;
  const user = present ?? (await createUser(tx, { email, name: 'Administrator', passwordHash, admin: true }));
  const actor = { id: user.id, name: user.email };
  if (!(await teamBySlug(tx, TEAM)))
    await createTeamWithin(tx, { slug: TEAM, name: 'Home', ownerId: user.id }, actor);
  const used = await tx.token.count({
    where: { userId: user.id, name: TOKEN_NAME, lastUsedAt: { not: null } },
  });
  const passwordSet = !present || used === 0;
  if (present && passwordSet) await tx.user.update({ where: { id: user.id }, data: { passwordHash } });
  await tx.token.updateMany({
    where: { userId: user.id, name: TOKEN_NAME, revokedAt: null },
    data: { revokedAt: new Date() },
  });
  await createToken(
    tx,
    {
      userId: user.id,
      teamId: null,
      name: TOKEN_NAME,
      ...wanted.token,
      scopes: ['admin'],
      expiresAt: null,
    },
    actor,
  );
  return { email, passwordSet };
}
