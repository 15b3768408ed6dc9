import { unfinishedStatuses } from '#libs/core/deployment-status.js';
import type { Db } from './db.js';
import { shownDeployment, type ShownDeployment } from './deployment-queries.js';
import type { App, Release } from './generated/client.js';

/** An app with what its state is told from. */
export interface ShownApp {
  app: App & { team: { slug: string } };
  live: Pick<Release, 'id' | 'number' | 'description' | 'createdAt'> | null;
  last: ShownDeployment | null;
  deploying: boolean;
  /** Instances of the live release that are not history. */
  instances: { status: string; process: string; reason: string | null }[];
}

/** Apps by name; `teamIds` null means every team's. `search` is a part of the name. */
export async function listApps(
  db: Db,
  where: { teamIds: string[] | null; search: string | null },
  page: { after: string | null; take: number },
): Promise<ShownApp[]> {
  const apps = await db.app.findMany({
    where: {
      deletedAt: null,
      ...(where.teamIds !== null && { teamId: { in: where.teamIds } }),
      name: {
        ...(where.search !== null && { contains: where.search, mode: 'insensitive' }),
        ...(page.after !== null && { gt: page.after }),
      },
    },
    orderBy: { name: 'asc' },
    take: page.take,
    include: { team: { select: { slug: true } } },
  });
  return Promise.all(apps.map((app) => showApp(db, app)));
}

/** What there is to show about one app. */
export async function showApp(db: Db, app: ShownApp['app']): Promise<ShownApp> {
  const [live, newest, deploying, instances] = await Promise.all([
    app.liveReleaseId === null
      ? null
      : db.release.findUnique({
          where: { id: app.liveReleaseId },
          select: { id: true, number: true, description: true, createdAt: true },
        }),
    db.deployment.findFirst({
      where: { appId: app.id },
      orderBy: { number: 'desc' },
      select: { id: true },
    }),
    db.deployment.count({ where: { appId: app.id, status: { in: unfinishedStatuses } } }),
    app.liveReleaseId === null
      ? []
      : db.instance.findMany({
          where: { appId: app.id, releaseId: app.liveReleaseId, status: { notIn: ['stopped', 'draining'] } },
          select: { status: true, process: true, reason: true },
        }),
  ]);
  const last = newest ? await shownDeployment(db, newest.id) : null;
  return { app, live, last, deploying: deploying > 0, instances };
}
