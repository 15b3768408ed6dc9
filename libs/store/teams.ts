import { BerthError } from '#libs/core/errors.js';
import type { Team } from './generated/client.js';
import { transaction, type Db, type Tx } from './db.js';
import { emitEvent, type Actor } from './events.js';
import { lockTeam } from './locks.js';
import { isUniqueViolation } from './users.js';

export type { Team };
export type TeamWithCounts = Team & { _count: { members: number; apps: number } };

const counts = { _count: { select: { members: true, apps: { where: { deletedAt: null } } } } } as const;

/** The team with this slug; null when there is none (any more). */
export function teamBySlug(db: Db | Tx, slug: string): Promise<Team | null> {
  return db.team.findFirst({ where: { slug, deletedAt: null } });
}

/** The same with how many members and apps it has. */
export function teamWithCounts(db: Db, id: string): Promise<TeamWithCounts> {
  return db.team.findUniqueOrThrow({ where: { id }, include: counts });
}

/** Teams by slug; `ids` null means all of them. */
export function listTeams(
  db: Db,
  ids: string[] | null,
  page: { after: string | null; take: number },
): Promise<TeamWithCounts[]> {
  return db.team.findMany({
    where: {
      deletedAt: null,
      ...(ids !== null && { id: { in: ids } }),
      ...(page.after !== null && { slug: { gt: page.after } }),
    },
    orderBy: { slug: 'asc' },
    take: page.take,
    include: counts,
  });
}

/** Creates a team with its first owner. Throws `team_taken`. */
export async function createTeam(
  db: Db,
  team: { slug: string; name: string; ownerId: string },
  actor: Actor,
): Promise<Team> {
  try {
    return await transaction(db, (tx) => createTeamWithin(tx, team, actor));
  } catch (error) {
    if (isUniqueViolation(error))
      throw new BerthError('team_taken', `There is a team "${team.slug}" already; choose another name.`, {
        cause: error,
      });
    throw error;
  }
}

/** The same inside a transaction; a taken slug is a unique violation. */
export async function createTeamWithin(
  tx: Tx,
  team: { slug: string; name: string; ownerId: string },
  actor: Actor,
): Promise<Team> {
  const row = await tx.team.create({
    data: {
      slug: team.slug,
      name: team.name,
      members: { create: { userId: team.ownerId, role: 'owner' } },
    },
  });
  await emitEvent(tx, {
    teamId: row.id,
    appId: null,
    kind: 'team.created',
    data: { slug: row.slug, name: row.name },
    actor,
  });
  return row;
}

export function renameTeam(db: Db, id: string, name: string, actor: Actor): Promise<Team> {
  return transaction(db, async (tx) => {
    const row = await tx.team.update({ where: { id }, data: { name } });
    await emitEvent(tx, { teamId: id, appId: null, kind: 'team.updated', data: { name }, actor });
    return row;
  });
}

/** Deletes a team that has no apps any more and frees its slug. Throws `team_has_apps`. */
export function deleteTeam(db: Db, id: string, actor: Actor): Promise<void> {
  return transaction(db, async (tx) => {
    // The row lock keeps an app from being created meanwhile: creating one locks it too.
    await lockTeam(tx, id);
    const apps = await tx.app.count({ where: { teamId: id, deletedAt: null } });
    if (apps > 0)
      throw new BerthError('team_has_apps', `The team still has ${apps} app(s); delete those first.`);
    const { slug } = await tx.team.findUniqueOrThrow({ where: { id } });
    await tx.team.update({ where: { id }, data: { deletedAt: new Date(), slug: `${slug}~${id}` } });
    await emitEvent(tx, {
      teamId: id,
      appId: null,
      kind: 'team.deleted',
      data: { slug },
      actor,
    });
  });
}
