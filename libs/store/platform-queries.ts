import type { Db } from './db.js';

/** Does Postgres answer? */
export async function databaseAnswers(db: Db): Promise<boolean> {
  try {
    await db.$queryRaw`SELECT 1`;
    return true;
  } catch {
    return false;
  }
}

/** `PostgreSQL 18.4` */
export async function databaseVersion(db: Db): Promise<string> {
  const [row] = await db.$queryRaw<{ server_version: string }[]>`SHOW server_version`;
  return row?.server_version ?? 'unknown';
}

/** What administrators see of the whole platform. */
export async function platformFacts(db: Db) {
  const [hosts, instances, byStatus, outbox, oldest, teams, users, apps, liveApps] = await Promise.all([
    db.host.findMany({ orderBy: { name: 'asc' }, include: { _count: { select: { networks: true } } } }),
    db.instance.groupBy({
      by: ['hostId', 'status'],
      where: { status: { not: 'stopped' } },
      _count: { _all: true },
    }),
    db.deployment.groupBy({
      by: ['status'],
      where: { status: { in: ['queued', 'building', 'starting', 'routing'] } },
      _count: { _all: true },
    }),
    db.outbox.count(),
    db.deployment.findFirst({
      where: { status: 'queued' },
      orderBy: { createdAt: 'asc' },
      select: { createdAt: true },
    }),
    db.team.count({ where: { deletedAt: null } }),
    db.user.count({ where: { disabledAt: null } }),
    db.app.count({ where: { deletedAt: null } }),
    db.app.count({ where: { deletedAt: null, liveReleaseId: { not: null } } }),
  ]);
  return { hosts, instances, byStatus, outbox, oldest, counts: { teams, users, apps, liveApps } };
}
export type PlatformFacts = Awaited<ReturnType<typeof platformFacts>>;
