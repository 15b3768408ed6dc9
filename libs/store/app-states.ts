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
  kind: z.string(),
  generation: z.number(),
  scale: z.unknown(),
  autoscale: z.unknown(),
  rollout: z.unknown(),
  webInstances: z.number(),
  requestSeconds: z.number().nullable(),
  bodyBytes: z.number().nullable(),
  sleep: z.unknown(),
  sleepTier: z.enum(sleepTiers),
  sleepTierSince: instant,
  sleepTurn: z.number(),
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
  restartAskedAt: instant.nullable(),
  reason: z.string().nullable(),
  createdAt: instant,
  readyAt: instant.nullable(),
});

const splitRow = z.object({
  generation: z.number(),
  releaseId: z.string(),
  deploymentId: z.string().nullable(),
  percent: z.number(),
  sticky: z.boolean(),
  since: instant,
  passed: z.boolean(),
});

const stateRow = z.object({
  app: appRow,
  instances: z.array(instanceRow),
  deployments: z.array(deploymentRow),
  releases: z.array(releaseRow),
  named: z.array(z.object({ id: z.string(), number: z.number(), hasVolumes: z.boolean() })),
  split: splitRow.nullable(),
  visited: z.array(z.object({ releaseId: z.string(), usedAt: instant })),
  domains: z.array(z.string()),
});

export type RunRelease = z.infer<typeof releaseRow>;
export type RunInstance = z.infer<typeof instanceRow> & { release: RunRelease };
export type RunDeployment = z.infer<typeof deploymentRow> & { release: RunRelease };

/** A release that gets a share of the visitors beside the live one. */
export interface RunSplit {
  deployment: RunDeployment;
  percent: number;
  sticky: boolean;
  since: Date;
  /** Progressive delivery: `deployment` is under way and goes live or fails by how it does. */
  isTrial: boolean;
  passed: boolean;
}

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
  /** In force now; null when all visitors get the live release. */
  split: RunSplit | null;
  /** Releases of the past that were visited by their own address, and when last. */
  visited: { deployment: RunDeployment; usedAt: Date }[];
  /** On this host, not stopped. */
  instances: RunInstance[];
  domains: string[];
  /** Newest releases, for their lasting host names. */
  releases: { id: string; number: number; hasVolumes: boolean }[];
}

/** So many of the newest releases can be reached at their own host name; a visitor starts one that does not run. */
export const keptReleases = 20;
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
      (SELECT to_json(x) FROM "Split" x WHERE x."appId" = a.id) AS split,
      coalesce((SELECT json_agg(x) FROM "VisitedRelease" x WHERE x."appId" = a.id), '[]') AS visited,
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
        (SELECT * FROM "Deployment" WHERE "appId" = a.id AND status = 'live' AND "releaseId" IS NOT NULL
          ORDER BY number DESC LIMIT 2)
        UNION ALL
        (SELECT DISTINCT ON ("releaseId") * FROM "Deployment"
          WHERE "appId" = a.id AND status IN ('live', 'failed', 'cancelled', 'superseded') AND "releaseId" IN (
            SELECT "releaseId" FROM "Split" WHERE "appId" = a.id
            UNION ALL SELECT "releaseId" FROM "VisitedRelease" WHERE "appId" = a.id)
          ORDER BY "releaseId", number DESC)
      ) x
    ) d ON true
    LEFT JOIN LATERAL (
      SELECT json_agg(x) AS rows FROM "Release" x WHERE x.id = ANY(i.ids) OR x.id = ANY(d.ids)
    ) r ON true
    LEFT JOIN LATERAL (
      SELECT json_agg(json_build_object('id', x.id, 'number', x.number, 'hasVolumes', x.manifest->'volumes' IS NOT NULL)) AS rows FROM (
        SELECT id, number, manifest FROM "Release" WHERE "appId" = a.id AND "collectedAt" IS NULL ORDER BY number DESC LIMIT ${keptReleases}
      ) x
    ) n ON true
    WHERE a.id = ANY(${appIds}::uuid[])`;
  return rows.map((row) => assemble(stateRow.parse(row)));
}

function assemble(row: z.infer<typeof stateRow>): AppState {
  const releases = new Map(row.releases.map((release) => [release.id, release]));
  const unique = [...new Map(row.deployments.map((one) => [one.id, one])).values()];
  const deployments = unique.flatMap((deployment): RunDeployment[] => {
    const release = releases.get(deployment.releaseId ?? '');
    return release === undefined ? [] : [{ ...deployment, release }];
  });
  const newest = (...statuses: string[]) =>
    deployments.filter((one) => statuses.includes(one.status)).sort((a, b) => b.number - a.number);
  const [live = null, before = null] = newest('routing', 'live');
  const next = newest('starting')[0] ?? null;
  const ended = (releaseId: string) =>
    newest('live', 'failed', 'cancelled', 'superseded').find((one) => one.releaseId === releaseId);
  const split = splitInForce(row, { live, next, ended });
  const running = [live, next, split?.deployment].map((one) => one?.releaseId);
  return {
    app: row.app,
    live,
    previous: before?.releaseId === live?.releaseId ? null : before,
    next,
    split,
    visited: row.visited.flatMap(({ releaseId, usedAt }) => {
      const deployment = running.includes(releaseId) ? undefined : ended(releaseId);
      return deployment === undefined ? [] : [{ deployment, usedAt }];
    }),
    routing: deployments.filter((one) => one.status === 'routing'),
    instances: row.instances.flatMap((instance): RunInstance[] => {
      const release = releases.get(instance.releaseId);
      return release === undefined ? [] : [{ ...instance, release }];
    }),
    domains: row.domains,
    releases: row.named,
  };
}

/** A split counts for what was live when it was made, and that of a trial only while its deployment is under way. */
function splitInForce(
  { app, split }: z.infer<typeof stateRow>,
  of: {
    live: RunDeployment | null;
    next: RunDeployment | null;
    ended: (releaseId: string) => RunDeployment | undefined;
  },
): RunSplit | null {
  const { live, next, ended } = of;
  if (split === null || live === null || split.generation !== app.generation) return null;
  if (split.releaseId === live.releaseId) return null;
  const { percent, sticky, since, passed } = split;
  const isTrial = split.deploymentId !== null;
  const deployment = isTrial ? (next?.id === split.deploymentId ? next : undefined) : ended(split.releaseId);
  return deployment === undefined ? null : { deployment, percent, sticky, since, isTrial, passed };
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
