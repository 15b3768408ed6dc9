import { BerthError } from '#libs/core/errors.js';
import type { Role } from '#libs/core/roles.js';
import { transaction, type Db, type Tx } from './db.js';
import { emitEvent, type Actor } from './events.js';
import { lockTeam } from './locks.js';
import { createUser, isUniqueViolation, userByEmail } from './users.js';

const withUser = { user: { select: { email: true, name: true } } } as const;

export interface MemberRow {
  userId: string;
  role: string;
  createdAt: Date;
  user: { email: string; name: string };
}

/** Role of a user in a team that exists; null for an outsider. */
export async function roleOf(db: Db | Tx, userId: string, teamId: string): Promise<Role | null> {
  const member = await db.member.findFirst({ where: { userId, teamId, team: { deletedAt: null } } });
  return member ? (member.role as Role) : null;
}

/** Teams of a user, with the role in each, by slug. */
export async function membershipsOf(
  db: Db,
  userId: string,
): Promise<{ teamId: string; slug: string; name: string; role: Role }[]> {
  const rows = await db.member.findMany({
    where: { userId, team: { deletedAt: null } },
    include: { team: { select: { slug: true, name: true } } },
    orderBy: { team: { slug: 'asc' } },
  });
  return rows.map(({ teamId, role, team }) => ({ teamId, role: role as Role, ...team }));
}

export function membersOf(
  db: Db,
  teamId: string,
  page: { after: string | null; take: number },
): Promise<MemberRow[]> {
  return db.member.findMany({
    where: { teamId, ...(page.after !== null && { userId: { gt: page.after } }) },
    orderBy: { userId: 'asc' },
    take: page.take,
    include: withUser,
  });
}

/**
 * Adds somebody to a team. A user who does not exist yet is created with `passwordHash`. Throws `already_member`.
 * Tells whether the user is new, so that the caller shows the password only then.
 */
export async function addMember(
  db: Db,
  wanted: { teamId: string; email: string; name: string; role: Role; passwordHash: string },
  actor: Actor,
): Promise<{ member: MemberRow; created: boolean }> {
  try {
    return await transaction(db, async (tx) => {
      const present = await userByEmail(tx, wanted.email);
      const user =
        present ??
        (await createUser(tx, {
          email: wanted.email,
          name: wanted.name,
          passwordHash: wanted.passwordHash,
        }));
      const member = await tx.member.create({
        data: { teamId: wanted.teamId, userId: user.id, role: wanted.role },
        include: withUser,
      });
      const about = { userId: user.id, email: user.email, role: wanted.role };
      if (!present)
        await emitEvent(tx, { teamId: wanted.teamId, appId: null, kind: 'user.created', data: about, actor });
      await emitEvent(tx, { teamId: wanted.teamId, appId: null, kind: 'member.added', data: about, actor });
      return { member, created: !present };
    });
  } catch (error) {
    if (isUniqueViolation(error))
      throw new BerthError('already_member', 'This user is a member already; change the role instead.', {
        cause: error,
      });
    throw error;
  }
}

/** Throws `member_not_found`, or `last_owner` when nobody would own the team. */
export function changeRole(
  db: Db,
  wanted: { teamId: string; userId: string; role: Role },
  actor: Actor,
): Promise<MemberRow> {
  return transaction(db, async (tx) => {
    await keepAnOwner(tx, wanted.teamId, wanted.userId, wanted.role);
    const id = { teamId: wanted.teamId, userId: wanted.userId };
    if (wanted.role !== 'owner') await endInvitationsOf(tx, id);
    const member = await tx.member.update({
      where: { teamId_userId: id },
      data: { role: wanted.role },
      include: withUser,
    });
    const data = { userId: wanted.userId, email: member.user.email, role: wanted.role };
    await emitEvent(tx, { teamId: wanted.teamId, appId: null, kind: 'member.updated', data, actor });
    return member;
  });
}

/** Throws `member_not_found`, or `last_owner`. The user stays; tokens for this team alone end. */
export function removeMember(
  db: Db,
  wanted: { teamId: string; userId: string },
  actor: Actor,
): Promise<void> {
  return transaction(db, async (tx) => {
    await keepAnOwner(tx, wanted.teamId, wanted.userId, null);
    const member = await tx.member.delete({ where: { teamId_userId: wanted }, include: withUser });
    await tx.token.updateMany({ where: { ...wanted, revokedAt: null }, data: { revokedAt: new Date() } });
    await endInvitationsOf(tx, wanted);
    const data = { userId: wanted.userId, email: member.user.email };
    await emitEvent(tx, { teamId: wanted.teamId, appId: null, kind: 'member.removed', data, actor });
  });
}

/** Who may invite nobody any more has invited nobody. */
async function endInvitationsOf(tx: Tx, by: { teamId: string; userId: string }): Promise<void> {
  await tx.invitation.deleteMany({ where: { teamId: by.teamId, createdById: by.userId } });
}

/** Locks the team, so that two owners cannot leave at once, and checks that one stays. */
async function keepAnOwner(tx: Tx, teamId: string, userId: string, role: Role | null): Promise<void> {
  await lockTeam(tx, teamId);
  const members = await tx.member.findMany({ where: { teamId }, select: { userId: true, role: true } });
  if (!members.some((member) => member.userId === userId))
    throw new BerthError('member_not_found', 'This user is not a member of the team.');
  const stays = members.some((member) => member.role === 'owner' && member.userId !== userId);
  if (!stays && role !== 'owner' && members.some((m) => m.userId === userId && m.role === 'owner'))
    throw new BerthError('last_owner', 'A team needs an owner; make somebody else one first.');
}
