import { z } from 'zod';
import { manifest } from '#libs/contracts/manifest.js';
import { sleepTiers } from '#libs/core/sleep.js';
import type { Db } from './db.js';

/** Postgres gives timestamps in JSON without a zone; all of ours are UTC. */
const instant = z.string().transform((text) => new Date(`${text}Z`));

const appRow = z.object({
  id: z.string(),
  teamId: z.string(),
  name: z.string(),
  generation: z.number(),
  scale: z.unknown(),
  autoscale: z.unknown(),
  webInstances: z.number(),
  sleep: z.unknown(),
  sleepTier: z.enum(sleepTiers),
  sleepTierSince: instant,
  deletedAt: instant.nullable(),
});

const releaseRow = z.object({
  id: z.string(),
  appId: z.string(),
  number: z.number(),
  image: z.string(),
  sealedConfig: z.string(),
  processes: z.record(z.string(), z.array(z.string())),
  port: z.number(),
  healthPath: z.string().nullable(),
  memoryMb: z.number(),
  cpus: z.number(),
  pids: z.number(),
  startTimeoutSeconds: z.number(),
  graceSeconds: z.number(),
  manifest: manifest.nullable().catch(null),
});

const deploymentRow = z.object({
  id: z.string(),
  number: z.number(),
  status: z.string(),
  trigger: z.string(),
  releaseCommandAt: instant.nullable(),
  attempt: z.number(),
  releaseId: z.string().nullable(),
  endedAt: instant.nullable(),
});

const instanceRow = z.object({
  id: z.string(),
  deploymentId: z.string().nullable(),
  releaseId: z.string(),
  process: z.string(),
  status: z.string(),
  containerId: z.string().nullable(),
  address: z.string().nullable(),
  port: z.number().nullable(),
  restarts: z.number(),
  nextStartAt: instant.nullable(),
  reason: z.string().nullable(),
  createdAt: instant,
  readyAt: instant.nullable(),
});

const stateRow = z.object({
  app: appRow,
  instances: z.array(instanceRow),
  deployments: z.array(deploymentRow),
  releases: z.array(releaseRow),
  named: z.array(z.object({ id: z.string(), number: z.number() })),
  domains: z.array(z.string()),
});

export type RunRelease = z.infer<typeof releaseRow>;
export type RunInstance = z.infer<typeof instanceRow> & { release: RunRelease };
export type RunDeployment = z.infer<typeof deploymentRow> & { release: RunRelease };

/** Everything that a look at an app needs to know from Postgres, read at one moment. */
export interface AppState {
  app: z.infer<typeof appRow>;
  /** The newest deployment whose release is the live one; null before the first. */
  live: RunDeployment | null;
  /** The deployment that was live before, with another release. */
  previous: RunDeployment | null;
  /** The deployment whose release is to be started now. */
  next: RunDeployment | null;
  /** Live already, routes not confirmed yet. */
  routing: RunDeployment[];
  /** On this host, not stopped. */
  instances: RunInstance[];
  domains: string[];
  /** Newest releases, for their lasting host names. */
  releases: { id: string; number: number }[];
}

/** So many of the newest releases keep an answer of their own at their host name while they do not run. */
const namedReleases = 20;
/** Apps read by one statement. */
const chunk = 100;

/** The state of one app; null when there is no such app. */
export async function appState(db: Db, hostId: string, appId: string): Promise<AppState | null> {
  const [state] = await readStates(db, hostId, [appId]);
  return state ?? null;
}

/** States of many apps, a hundred at a time. */
export async function* appStates(db: Db, hostId: string, appIds: string[]): AsyncGenerator<AppState> {
  for (let from = 0; from < appIds.length; from += chunk) {
    yield* await readStates(db, hostId, appIds.slice(from, from + chunk));
  }
}

/**
 * One statement, since looks are frequent and on the path of every deployment: through relations it would be six, and
 * the parts could be of different moments.
 */
async function readStates(db: Db, hostId: string, appIds: string[]): Promise<AppState[]> {
  const rows = await db.$queryRaw<unknown[]>`
    SELECT to_json(a) AS app,
      coalesce(i.rows, '[]') AS instances,
      coalesce(d.rows, '[]') AS deployments,
      coalesce(r.rows, '[]') AS releases,
      coalesce(n.rows, '[]') AS named,
      coalesce((SELECT json_agg(name ORDER BY name) FROM "Domain" WHERE "appId" = a.id), '[]') AS domains
    FROM "App" a
    LEFT JOIN LATERAL (
      SELECT json_agg(x ORDER BY x."createdAt") AS rows, array_agg(x."releaseId") AS ids
      FROM "Instance" x WHERE x."appId" = a.id AND x."hostId" = ${hostId}::uuid AND x.kind = 'app' AND x.status <> 'stopped'
    ) i ON true
    LEFT JOIN LATERAL (
      SELECT json_agg(x) AS rows, array_agg(x."releaseId") AS ids FROM (
        SELECT * FROM "Deployment" WHERE "appId" = a.id AND status IN ('starting', 'routing')
        UNION ALL
        (SELECT * FROM "Deployment" WHERE "appId" = a.id AND status = 'live' ORDER BY number DESC LIMIT 2)
      ) x
    ) d ON true
    LEFT JOIN LATERAL (
      SELECT json_agg(x) AS rows FROM "Release" x WHERE x.id = ANY(i.ids) OR x.id = ANY(d.ids)
    ) r ON true
    LEFT JOIN LATERAL (
      SELECT json_agg(json_build_object('id', x.id, 'number', x.number)) AS rows FROM (
        SELECT id, number FROM "Release" WHERE "appId" = a.id ORDER BY number DESC LIMIT ${namedReleases}
      ) x
    ) n ON true
    WHERE a.id = ANY(${appIds}::uuid[])`;
  return rows.map((row) => assemble(stateRow.parse(row)));
}

function assemble(row: z.infer<typeof stateRow>): AppState {
  const releases = new Map(row.releases.map((release) => [release.id, release]));
  const deployments = row.deployments.flatMap((deployment): RunDeployment[] => {
    const release = releases.get(deployment.releaseId ?? '');
    return release === undefined ? [] : [{ ...deployment, release }];
  });
  const newest = (...statuses: string[]) =>
    deployments.filter((one) => statuses.includes(one.status)).sort((a, b) => b.number - a.number);
  const [live = null, before = null] = newest('routing', 'live');
  return {
    app: row.app,
    live,
    previous: before?.releaseId === live?.releaseId ? null : before,
    next: newest('starting')[0] ?? null,
    routing: deployments.filter((one) => one.status === 'routing'),
    instances: row.instances.flatMap((instance): RunInstance[] => {
      const release = releases.get(instance.releaseId);
      return release === undefined ? [] : [{ ...instance, release }];
    }),
    domains: row.domains,
    releases: row.named,
  };
}

/** Ids of apps that this host has to look at: all that are not deleted, and deleted ones of which something is left. */
export async function appIdsToLookAt(db: Db, hostId: string): Promise<string[]> {
  const rows = await db.app.findMany({
    where: {
      OR: [
        { deletedAt: null },
        { instances: { some: { hostId, status: { not: 'stopped' } } } },
        { deployments: { some: { status: 'routing' } } },
      ],
    },
    select: { id: true },
  });
  return rows.map((row) => row.id);
}

/** Which of these apps are gone: deleted, with nothing left of them on any host. */
export async function goneApps(db: Db, appIds: string[]): Promise<string[]> {
  if (appIds.length === 0) return [];
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
