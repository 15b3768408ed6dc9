import type { AddOnKind } from '#libs/core/add-on.js';
import type { AppFilter } from '#libs/core/app-states.js';
import { unfinishedStatuses } from '#libs/core/deployment-status.js';
import type { Db } from './db.js';
import { newestDeployments, type ShownDeployment } from './deployment-queries.js';
import type { App, Prisma, Release } from './generated/client.js';

/** An app with what its state is told from. */
export interface ShownApp {
  app: App & { team: { slug: string } };
  live: Pick<Release, 'id' | 'number' | 'description' | 'createdAt' | 'manifest'> | null;
  last: ShownDeployment | null;
  deploying: boolean;
  /** Instances of the live release that are not history. */
  instances: { status: string; process: string; reason: string | null }[];
}

/** Apps (or add-ons, which are apps of another kind) by name; `teamIds` null means every team's. `search` is a part of the name. */
export async function listApps(
  db: Db,
  where: {
    teamIds: string[] | null;
    search: string | null;
    state?: AppFilter | undefined;
    kinds: readonly (AddOnKind | 'app')[];
  },
  page: { after: string | null; take: number },
): Promise<ShownApp[]> {
  const apps = await db.app.findMany({
    where: {
      deletedAt: null,
      kind: { in: [...where.kinds] },
      ...(where.teamIds !== null && { teamId: { in: where.teamIds } }),
      name: {
        ...(where.search !== null && { contains: where.search, mode: 'insensitive' }),
        ...(page.after !== null && { gt: page.after }),
      },
      ...(where.state !== undefined && inState(where.state)),
    },
    orderBy: { name: 'asc' },
    take: page.take,
    include: { team: { select: { slug: true } } },
  });
  return showApps(db, apps);
}

/** Rows that an app in this state has: the rule of `stateOf` (apps/api/src/apps/app.view.ts), asked of the database. */
function inState(state: AppFilter): Prisma.AppWhereInput {
  const unfinished = { some: { status: { in: unfinishedStatuses } } };
  if (state === 'deploying') return { deployments: unfinished };
  const settled: Prisma.AppWhereInput = { NOT: { deployments: unfinished } };
  if (state === 'no-release') return { ...settled, liveReleaseId: null };
  const released: Prisma.AppWhereInput = { ...settled, liveReleaseId: { not: null } };
  const off: Prisma.AppWhereInput = { scale: { path: ['web'], equals: 0 } };
  if (state === 'stopped') return { AND: [released, off] };
  const on: Prisma.AppWhereInput = { AND: [released, { NOT: off }] };
  if (state === 'asleep') return { ...on, sleepTier: { not: 'running' } };
  if (state === 'frozen') return { ...on, sleepTier: 'frozen' };
  const awake: Prisma.AppWhereInput = { ...on, sleepTier: 'running' };
  const web = (...statuses: string[]): Prisma.AppWhereInput => ({
    instances: { some: { process: 'web', kind: 'app', status: { in: statuses } } },
  });
  const up = web('ready', 'frozen');
  if (state === 'live') return { AND: [awake, up] };
  const failing = web('crashed');
  return { AND: [awake, { NOT: up }, state === 'failing' ? failing : { NOT: failing }] };
}

/** Ids of the apps of these names that lie in these teams (null: in any). */
export function appIdsByName(
  db: Db,
  names: string[],
  teamIds: string[] | null,
): Promise<{ id: string; name: string }[]> {
  return db.app.findMany({
    where: { name: { in: names }, deletedAt: null, ...(teamIds !== null && { teamId: { in: teamIds } }) },
    select: { id: true, name: true },
  });
}

/** What there is to show about one app. */
export async function showApp(db: Db, app: ShownApp['app']): Promise<ShownApp> {
  const [shown] = await showApps(db, [app]);
  return shown as ShownApp;
}

/** The same for many, in as many queries. */
async function showApps(db: Db, apps: ShownApp['app'][]): Promise<ShownApp[]> {
  const ids = apps.map(({ id }) => id);
  const liveIds = apps.flatMap(({ liveReleaseId }) => liveReleaseId ?? []);
  const [live, newest, unfinished, instances] = await Promise.all([
    db.release.findMany({
      where: { id: { in: liveIds } },
      select: { id: true, number: true, description: true, createdAt: true, manifest: true },
    }),
    newestDeployments(db, apps),
    db.deployment.groupBy({
      by: ['appId'],
      where: { appId: { in: ids }, status: { in: unfinishedStatuses } },
      _count: { _all: true },
    }),
    db.instance.findMany({
      where: { releaseId: { in: liveIds }, kind: 'app', status: { notIn: ['stopped', 'draining'] } },
      select: { appId: true, status: true, process: true, reason: true },
    }),
  ]);
  return apps.map((app) => ({
    app,
    live: live.find(({ id }) => id === app.liveReleaseId) ?? null,
    last: newest.find(({ appId }) => appId === app.id) ?? null,
    deploying: unfinished.some(({ appId }) => appId === app.id),
    instances: instances.filter(({ appId }) => appId === app.id),
  }));
}

/** Names of apps by their ids. */
export async function appNames(db: Db, ids: string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db.app.findMany({ where: { id: { in: ids } }, select: { id: true, name: true } });
  return new Map(rows.map(({ id, name }) => [id, name]));
}
