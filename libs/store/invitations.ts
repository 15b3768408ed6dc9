import { BerthError } from '#libs/core/errors.js';
import type { Role } from '#libs/core/roles.js';
import { transaction, type Db, type Tx } from './db.js';
import { emitEvent, type Actor } from './events.js';
import type { Invitation, User } from './generated/client.js';
import { lockTeam } from './locks.js';
import { createUser, isUniqueViolation, normalEmail, userByEmail } from './users.js';

export type { Invitation };

/** An invitation is good for so long. */
const VALID_MS = 7 * 24 * 3600_000;
/** Open invitations of a team at most. */
const MOST = 100;

/**
 * Invites somebody to a team; an earlier invitation of the same address is over with it. Throws `already_member`,
 * `too_many_invitations`.
 */
export function createInvitation(
  db: Db,
  wanted: { teamId: string; email: string; role: Role; secretHash: string },
  actor: Actor,
): Promise<Invitation> {
  const { teamId, role, secretHash } = wanted;
  const email = normalEmail(wanted.email);
  return transaction(db, async (tx) => {
    await lockTeam(tx, teamId);
    if ((await tx.member.count({ where: { teamId, user: { email } } })) > 0)
      throw new BerthError('already_member', 'This user is a member already; change the role instead.');
    await tx.invitation.deleteMany({ where: { teamId, OR: [{ email }, { expiresAt: { lt: new Date() } }] } });
    if ((await tx.invitation.count({ where: { teamId } })) >= MOST)
      throw new BerthError(
        'too_many_invitations',
        `The team has ${MOST} open invitations already; withdraw one first.`,
      );
    const expiresAt = new Date(Date.now() + VALID_MS);
    const made = await tx.invitation.create({
      data: { teamId, email, role, secretHash, createdById: actor.id, createdBy: actor.name, expiresAt },
    });
    await emitEvent(tx, { teamId, appId: null, kind: 'member.invited', data: { email, role }, actor });
    return made;
  });
}

/** Open ones, newest first. */
export function listInvitations(db: Db, teamId: string): Promise<Invitation[]> {
  return db.invitation.findMany({
    where: { teamId, expiresAt: { gt: new Date() } },
    orderBy: { id: 'desc' },
    take: MOST,
  });
}

/** Throws `invitation_not_found`. */
export function withdrawInvitation(
  db: Db,
  { teamId, id }: { teamId: string; id: string },
  actor: Actor,
): Promise<void> {
  return transaction(db, async (tx) => {
    const [gone] = await tx.$queryRaw<{ email: string }[]>`
      DELETE FROM "Invitation" WHERE id = ${id}::uuid AND "teamId" = ${teamId}::uuid RETURNING email`;
    if (!gone) throw over();
    const data = { email: gone.email };
    await emitEvent(tx, { teamId, appId: null, kind: 'member.uninvited', data, actor });
  });
}

/** The open invitation of this secret, its team, and whether the address has an account. Throws `invitation_not_found`. */
export async function invitationBySecret(db: Db, secretHash: string) {
  const found = await db.invitation.findFirst({
    where: { secretHash, expiresAt: { gt: new Date() }, team: { deletedAt: null } },
    include: { team: { select: { slug: true, name: true } } },
  });
  if (found === null) throw over();
  return { ...found, hasAccount: (await userByEmail(db, found.email)) !== null };
}

/** Makes an account of an invitation, and its owner a member. Once. Throws `invitation_not_found`, `email_taken`. */
export function acceptInvitation(
  db: Db,
  secretHash: string,
  { name, passwordHash }: { name: string; passwordHash: string },
): Promise<User> {
  return transaction(db, async (tx) => {
    const { email, role, teamId } = await take(tx, secretHash);
    const user = await createUser(tx, { email, name, passwordHash, passwordChosenAt: new Date() });
    const actor = { id: user.id, name: user.email };
    const data = { userId: user.id, email, role };
    await emitEvent(tx, { teamId, appId: null, kind: 'user.created', data, actor });
    await join(tx, { teamId, role, user });
    return user;
  });
}

/** Makes a user whose address was invited a member. Once. Throws `invitation_not_found`, `invitation_not_yours`, `already_member`. */
export async function joinByInvitation(
  db: Db,
  secretHash: string,
  user: Pick<User, 'id' | 'email'>,
): Promise<void> {
  try {
    await transaction(db, async (tx) => {
      const { email, role, teamId } = await take(tx, secretHash);
      if (email !== user.email)
        throw new BerthError(
          'invitation_not_yours',
          `This invitation is for ${email}; sign in with that address, or ask for one of your own.`,
        );
      await join(tx, { teamId, role, user });
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new BerthError('already_member', 'You are a member of this team already.', { cause: error });
  }
}

/** Uses an invitation up: of two that try at once, one finds it gone. */
async function take(tx: Tx, secretHash: string): Promise<{ teamId: string; email: string; role: Role }> {
  const [taken] = await tx.$queryRaw<{ teamId: string; email: string; role: Role }[]>`
    DELETE FROM "Invitation" i USING "Team" t
    WHERE i."secretHash" = ${secretHash} AND i."expiresAt" > ${new Date()}::timestamp AND t.id = i."teamId" AND t."deletedAt" IS NULL
    RETURNING i."teamId"::text, i.email, i.role`;
  if (!taken) throw over();
  return taken;
}

async function join(
  tx: Tx,
  { teamId, role, user }: { teamId: string; role: Role; user: Pick<User, 'id' | 'email'> },
): Promise<void> {
  await tx.member.create({ data: { teamId, userId: user.id, role } });
  await emitEvent(tx, {
    ...{ teamId, appId: null, kind: 'member.added' },
    data: { userId: user.id, email: user.email, role, invited: true },
    actor: { id: user.id, name: user.email },
  });
}

function over(): BerthError {
  return new BerthError(
    'invitation_not_found',
    'This invitation is over: used, withdrawn, or older than seven days. Ask an owner of the team for a new one.',
  );
}
