import {
  added,
  changedQuota,
  nothingReserved,
  reservedBy,
  storedQuota,
  type QuotaChange,
  type Reserved,
} from '#libs/contracts/quota.js';
import { unfinishedStatuses } from '#libs/core/deployment-status.js';
import { BerthError } from '#libs/core/errors.js';
import {
  buildsText,
  outgrown,
  quotaKeys,
  quotaOf,
  quotaText,
  type GrowingKey,
  type Quota,
  type QuotaUse,
} from '#libs/core/quota.js';
import { transaction, type Db, type Tx } from './db.js';
import { emitEvent, type Actor } from './events.js';
import { lockTeamQuota } from './locks.js';
import { manifestOf } from './releases.js';

/** What grows when more of an app is to run. */
export const runningKeys = ['instances', 'memoryMb', 'cpus'] as const satisfies GrowingKey[];

/** A team's quota in force, and what of it was set for the team. */
export async function teamQuota(
  db: Db | Tx,
  teamId: string,
): Promise<{ limits: Quota; set: Partial<Quota> }> {
  const team = await db.team.findUnique({ where: { id: teamId }, select: { quota: true } });
  const set = storedQuota(team?.quota);
  return { limits: quotaOf(set), set };
}

/** Sets, for a team, what is named of its quota. What is over it keeps running and cannot grow. */
export function changeQuota(db: Db, teamId: string, change: QuotaChange, actor: Actor): Promise<void> {
  return transaction(db, async (tx) => {
    await lockTeamQuota(tx, teamId);
    const team = await tx.team.findUniqueOrThrow({ where: { id: teamId }, select: { quota: true } });
    await tx.team.update({ where: { id: teamId }, data: { quota: changedQuota(team.quota, change) } });
    await emitEvent(tx, { teamId, appId: null, kind: 'team.quota', data: change, actor });
  });
}

/**
 * Does `work`, which may make the team take more of `keys`; if that is more than the team may have, all of the transaction is
 * undone: throws `quota_exceeded`. Who else makes the same team grow waits until this transaction ends. A team without such a
 * limit pays one question.
 */
export async function growing<T>(
  tx: Tx,
  teamId: string,
  keys: readonly GrowingKey[],
  work: () => Promise<T>,
): Promise<T> {
  if (limited(await teamQuota(tx, teamId), keys).length === 0) return work();
  await lockTeamQuota(tx, teamId);
  const quota = await teamQuota(tx, teamId);
  const asked = limited(quota, keys);
  const before = await useOf(tx, teamId, asked);
  const result = await work();
  const after = await useOf(tx, teamId, asked);
  const key = outgrown(quota.limits, asked, before, after);
  if (key === null) return result;
  throw exceeded(key, { limit: quota.limits[key] ?? 0, before: before[key], after: after[key] });
}

function limited({ limits }: { limits: Quota }, keys: readonly GrowingKey[]): GrowingKey[] {
  return keys.filter((key) => limits[key] !== null);
}

function exceeded(key: GrowingKey, facts: { limit: number; before: number; after: number }): BerthError {
  return new BerthError('quota_exceeded', quotaText(key, facts), { details: { quota: key, ...facts } });
}

/** A team whose images fill its disk builds nothing more. Throws `quota_exceeded`. */
export async function assertDiskLeft(tx: Tx, teamId: string): Promise<void> {
  const { diskMb } = (await teamQuota(tx, teamId)).limits;
  if (diskMb === null) return;
  const before = await diskOf(tx, teamId);
  if (before >= diskMb) throw exceeded('diskMb', { limit: diskMb, before, after: before });
}

/**
 * Why a deployment's team may not begin its build now; null when it may. Of those that ask for the same team the next one waits until
 * this transaction ends, so that no two take the last place.
 */
export async function buildRefusal(tx: Tx, deploymentId: string): Promise<string | null> {
  const row = await tx.deployment.findUnique({
    where: { id: deploymentId },
    select: { app: { select: { teamId: true } } },
  });
  if (row === null) return null;
  const { teamId } = row.app;
  if ((await teamQuota(tx, teamId)).limits.builds === null) return null;
  await lockTeamQuota(tx, teamId);
  return buildsFull(tx, teamId, deploymentId);
}

/** Of those deployments that wait, the ones whose team builds as many as it may, with a sentence. */
export async function heldByQuota(db: Db, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await db.deployment.findMany({
    where: { id: { in: [...ids] }, app: { team: { quota: { path: ['builds'], gt: 0 } } } },
    select: { id: true, app: { select: { teamId: true } } },
  });
  const held = new Map<string, string>();
  for (const { id, app } of rows) {
    const refusal = await buildsFull(db, app.teamId, id);
    if (refusal !== null) held.set(id, refusal);
  }
  return held;
}

async function buildsFull(db: Db | Tx, teamId: string, but: string): Promise<string | null> {
  const { builds } = (await teamQuota(db, teamId)).limits;
  if (builds === null) return null;
  return (await buildsOf(db, teamId, but)) < builds ? null : buildsText(builds);
}

/** What a team has of everything that its quota limits. */
export async function teamQuotaUse(db: Db, teamId: string): Promise<QuotaUse> {
  const growingUse = await useOf(
    db,
    teamId,
    quotaKeys.filter((key) => key !== 'builds'),
  );
  return { ...growingUse, builds: await buildsOf(db, teamId) };
}

async function useOf(
  db: Db | Tx,
  teamId: string,
  keys: readonly GrowingKey[],
): Promise<Record<GrowingKey, number>> {
  const wants = (...some: GrowingKey[]) => some.some((key) => keys.includes(key));
  return {
    apps: wants('apps') ? await db.app.count({ where: { teamId, deletedAt: null } }) : 0,
    domains: wants('domains') ? await db.domain.count({ where: { app: { teamId } } }) : 0,
    ...(wants(...runningKeys) ? await reservedOf(db, teamId) : nothingReserved),
    diskMb: wants('diskMb') ? await diskOf(db, teamId) : 0,
  };
}

function buildsOf(db: Db | Tx, teamId: string, but?: string): Promise<number> {
  return db.deployment.count({
    where: {
      ...{ status: 'building', leaseUntil: { gt: new Date() }, app: { teamId } },
      ...(but !== undefined && { id: { not: but } }),
    },
  });
}

const shape = { processes: true, manifest: true, memoryMb: true, cpus: true } as const;

/** Whatever the team's apps run when all are awake, and the one-offs and jobs that run now. */
async function reservedOf(db: Db | Tx, teamId: string): Promise<Reserved> {
  const apps = await db.app.findMany({
    where: { teamId, deletedAt: null },
    select: {
      ...{
        id: true,
        generation: true,
        liveReleaseId: true,
        scale: true,
        autoscale: true,
        webInstances: true,
      },
      ...{ memoryMb: true, cpus: true, pids: true },
      deployments: {
        where: { status: { in: unfinishedStatuses } },
        select: { release: { select: shape } },
      },
      split: { select: { generation: true, deploymentId: true, percent: true, release: { select: shape } } },
    },
  });
  const liveIds = apps.flatMap(({ liveReleaseId }) => liveReleaseId ?? []);
  const releases = await db.release.findMany({
    where: { id: { in: liveIds } },
    select: { ...shape, id: true },
  });
  const live = new Map(releases.map((release) => [release.id, read(release)]));
  const own = apps.map(({ split, deployments, liveReleaseId, generation, ...app }) =>
    reservedBy({
      ...app,
      live: live.get(liveReleaseId ?? '') ?? null,
      next: deployments.map(({ release }) => release && read(release)),
      // A trial's release is that of a deployment under way.
      split:
        split !== null && split.generation === generation && split.deploymentId === null
          ? { release: read(split.release), percent: split.percent }
          : null,
    }),
  );
  return [...own, ...(await extrasOf(db, teamId))].reduce(added, nothingReserved);
}

function read<T extends { manifest: Parameters<typeof manifestOf>[0]['manifest'] }>(release: T) {
  return { ...release, manifest: manifestOf(release) };
}

async function extrasOf(db: Db | Tx, teamId: string): Promise<Reserved[]> {
  const rows = await db.instance.findMany({
    where: { app: { teamId }, kind: { in: ['run', 'job'] }, status: { notIn: ['stopped', 'ended'] } },
    select: { release: { select: { memoryMb: true, cpus: true } } },
  });
  return rows.map(({ release }) => ({ instances: 1, ...release }));
}

/** MiB of the image layers of a team's releases, each layer counted once. */
async function diskOf(db: Db | Tx, teamId: string): Promise<number> {
  const [row] = await db.$queryRaw<{ bytes: number }[]>`
    SELECT coalesce(sum(bytes), 0)::float8 AS bytes FROM (
      SELECT layer ->> 'digest' AS digest, max((layer ->> 'sizeBytes')::float8) AS bytes
      FROM "App" a JOIN "Release" r ON r."appId" = a.id JOIN "Build" b ON b.id = r."buildId",
        jsonb_array_elements(CASE jsonb_typeof(b.layers) WHEN 'array' THEN b.layers ELSE '[]' END) layer
      WHERE a."teamId" = ${teamId}::uuid AND a."deletedAt" IS NULL AND r."collectedAt" IS NULL
      GROUP BY 1
    ) layers`;
  return Math.round((row?.bytes ?? 0) / 1024 ** 2);
}
