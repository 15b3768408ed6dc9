import type { App, Deployment, Instance, Prisma, Release } from './generated/client.js';
import type { Db } from './db.js';

/** Everything that a look at an app needs to know from Postgres, read at one moment. */
export interface AppState {
  app: App;
  teamSlug: string;
  /** The newest deployment whose release is the live one; null before the first. */
  live: (Deployment & { release: Release }) | null;
  /** The deployment whose release is to be started now. */
  next: (Deployment & { release: Release }) | null;
  /** Live already, routes not confirmed yet. */
  routing: Deployment[];
  /** On this host, not stopped. */
  instances: (Instance & { release: Release })[];
  domains: string[];
  /** Newest releases, for their lasting host names. */
  releases: Pick<Release, 'id' | 'number'>[];
}

/** So many of the newest releases keep an answer of their own at their host name while they do not run. */
const namedReleases = 20;

function shape(hostId: string) {
  return {
    team: { select: { slug: true } },
    domains: { select: { name: true } },
    instances: { where: { hostId, status: { not: 'stopped' } }, include: { release: true } },
    releases: { select: { id: true, number: true }, orderBy: { number: 'desc' }, take: namedReleases },
  } as const satisfies Prisma.AppInclude;
}

/** The state of one app; null when there is no such app. */
export async function appState(db: Db, hostId: string, appId: string): Promise<AppState | null> {
  const [app, deployments] = await Promise.all([
    db.app.findUnique({ where: { id: appId }, include: shape(hostId) }),
    currentDeployments(db, appId),
  ]);
  return app && assemble(app, deployments);
}

/** Ids of apps that this host has to look at: all that are not deleted, and deleted ones of which something is left. */
export async function appIdsToLookAt(db: Db, hostId: string): Promise<string[]> {
  const rows = await db.app.findMany({
    where: {
      OR: [{ deletedAt: null }, { instances: { some: { hostId, status: { not: 'stopped' } } } }],
    },
    select: { id: true },
  });
  return rows.map((row) => row.id);
}

type Row = Prisma.AppGetPayload<{ include: ReturnType<typeof shape> }>;
type WithRelease = Prisma.DeploymentGetPayload<{ include: { release: true } }>;

/** What is under way, and the newest that reached the live release. */
async function currentDeployments(db: Db, appId: string): Promise<WithRelease[]> {
  const [unfinished, live] = await Promise.all([
    db.deployment.findMany({
      where: { appId, status: { in: ['starting', 'routing'] } },
      include: { release: true },
      orderBy: { number: 'desc' },
    }),
    db.deployment.findFirst({
      where: { appId, status: { in: ['routing', 'live'] } },
      include: { release: true },
      orderBy: { number: 'desc' },
    }),
  ]);
  return live && !unfinished.some((one) => one.id === live.id) ? [...unfinished, live] : unfinished;
}

function assemble(row: Row, deployments: WithRelease[]): AppState {
  const { team, domains, instances, releases, ...app } = row;
  const withRelease = deployments.flatMap(({ release, ...rest }) => (release ? [{ ...rest, release }] : []));
  const newest = (statuses: string[]) =>
    withRelease.filter((one) => statuses.includes(one.status)).sort((a, b) => b.number - a.number)[0] ?? null;
  return {
    app,
    teamSlug: team.slug,
    live: newest(['routing', 'live']),
    next: newest(['starting']),
    routing: deployments.filter((one) => one.status === 'routing'),
    instances,
    domains: domains.map((domain) => domain.name),
    releases,
  };
}

/** Which of these apps are gone: deleted, with nothing left of them on any host. */
export async function goneApps(db: Db, appIds: string[]): Promise<string[]> {
  const kept = await db.app.findMany({
    where: {
      id: { in: appIds },
      OR: [{ deletedAt: null }, { instances: { some: { status: { not: 'stopped' } } } }],
    },
    select: { id: true },
  });
  const keep = new Set(kept.map((app) => app.id));
  return appIds.filter((id) => !keep.has(id));
}
