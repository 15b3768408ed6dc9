import { unfinishedStatuses } from '#libs/core/deployment-status.js';
import type { RetainedRelease } from '#libs/core/retention.js';
import type { Db } from './db.js';

/** What Postgres knows of an app that matters for its disk. */
export interface AppDiskFacts {
  id: string;
  name: string;
  teamId: string;
  deleted: boolean;
  keepReleases: number | null;
  diskMb: number | null;
  liveReleaseId: string | null;
  /** What is in its volumes, as last measured. */
  volumeBytes: number;
  /** Numbers of deployments under way: their tags are being used. */
  unfinished: number[];
  /** Those that still have their image. */
  releases: RetainedRelease[];
}

/** Rows read at once. */
const CHUNK = 100;

/** Facts of all apps, deleted ones included, a hundred at a time. */
export async function* appDiskFacts(db: Db): AsyncGenerator<AppDiskFacts> {
  for (let after: string | null = null; ;) {
    const apps: Awaited<ReturnType<typeof readApps>> = await readApps(db, after);
    const previous = await previousReleases(
      db,
      apps.map(({ id }) => id),
    );
    for (const { releases, deployments, volumes, deletedAt, ...app } of apps) {
      yield {
        ...app,
        deleted: deletedAt !== null,
        volumeBytes: volumes.reduce((sum, { sizeBytes }) => sum + Number(sizeBytes), 0),
        unfinished: deployments.map(({ number }) => number),
        releases: releases.map(({ deployments: own, instances, splits, visits, ...release }) => ({
          ...release,
          wasLive: own.some(({ status }) => status === 'live' || status === 'routing'),
          inUse: reasonOf({
            deleted: deletedAt !== null,
            live: release.id === app.liveReleaseId,
            deploying: own.some(({ status }) => unfinishedStatuses.some((one) => one === status)),
            runs: instances.length > 0,
            split: splits.length > 0,
            visited: visits.length > 0,
            previous: previous.has(release.id),
          }),
        })),
      };
    }
    after = apps.at(-1)?.id ?? null;
    if (apps.length < CHUNK || after === null) return;
  }
}

function readApps(db: Db, after: string | null) {
  return db.app.findMany({
    where: {
      ...(after !== null && { id: { gt: after } }),
      // Of an app that was deleted and has no image left there is nothing to say.
      OR: [{ deletedAt: null }, { releases: { some: { collectedAt: null } } }],
    },
    orderBy: { id: 'asc' },
    take: CHUNK,
    select: {
      id: true,
      name: true,
      teamId: true,
      deletedAt: true,
      keepReleases: true,
      diskMb: true,
      liveReleaseId: true,
      volumes: { select: { sizeBytes: true } },
      deployments: { where: { status: { in: unfinishedStatuses } }, select: { number: true } },
      releases: {
        where: { collectedAt: null },
        select: {
          id: true,
          number: true,
          image: true,
          deployments: {
            where: { status: { in: ['live', ...unfinishedStatuses] } },
            select: { status: true },
          },
          instances: { where: { status: { not: 'stopped' } }, select: { id: true }, take: 1 },
          splits: { select: { appId: true } },
          visits: { select: { appId: true } },
        },
      },
    },
  });
}

/** The releases that the two newest live deployments of each app brought: what is live, and the way back. */
async function previousReleases(db: Db, appIds: string[]): Promise<Set<string>> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT id FROM (
      SELECT "releaseId"::text AS id, row_number() OVER (PARTITION BY "appId" ORDER BY max(number) DESC) AS place
      FROM "Deployment"
      WHERE "appId" = ANY (${appIds}::uuid[]) AND status = 'live' AND "releaseId" IS NOT NULL
      GROUP BY "appId", "releaseId"
    ) AS brought WHERE place <= 2`;
  return new Set(rows.map(({ id }) => id));
}

/** Why a release's image must stay; null when nothing holds it. */
function reasonOf(
  is: Record<'deleted' | 'live' | 'deploying' | 'runs' | 'split' | 'visited' | 'previous', boolean>,
): string | null {
  if (is.live) return 'It is live.';
  if (is.runs) return 'Instances of it are there.';
  if (is.deleted) return null;
  if (is.deploying) return 'A deployment of it is under way.';
  if (is.split) return 'A share of the visitors gets it.';
  if (is.visited) return 'Somebody visited it by its own address.';
  return is.previous ? 'It was live before: the first way back.' : null;
}

/** Images that `berth run` asked for and of which containers are there. */
export async function oneOffImages(db: Db): Promise<Set<string>> {
  const rows = await db.$queryRaw<{ image: string | null }[]>`
    SELECT DISTINCT "oneOff" ->> 'image' AS image FROM "Instance" WHERE kind = 'run' AND status <> 'stopped'`;
  return new Set(rows.flatMap(({ image }) => image ?? []));
}

/** Ids of a team's apps. */
export async function appIdsOfTeam(db: Db, teamId: string): Promise<Set<string>> {
  const rows = await db.app.findMany({ where: { teamId, deletedAt: null }, select: { id: true } });
  return new Set(rows.map(({ id }) => id));
}

/** Slug of every team, by id. */
export async function slugsOfTeams(db: Db): Promise<Map<string, string>> {
  const rows = await db.team.findMany({ select: { id: true, slug: true } });
  return new Map(rows.map(({ id, slug }) => [id, slug]));
}
