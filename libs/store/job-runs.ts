import { BerthError } from '#libs/core/errors.js';
import { afterAttempt, jobsAtOncePerApp, jobsAtOncePerHost, type JobStatus } from '#libs/core/job.js';
import type { RunInstance } from './app-states.js';
import type { Db, Tx } from './db.js';
import { emitEvent, systemActor } from './events.js';
import { fenced, type Fence } from './hosts.js';
import { factsOf, jobOf, type Job } from './jobs.js';
import { leaseAddress } from './networks.js';
import { growing, runningKeys } from './quota.js';
import { manifestOf } from './releases.js';

/** What its team's quota holds up is tried again so often. */
const againAfterMs = 15_000;

/** A job with what an attempt of it needs to know. */
export interface RunningJob extends Job {
  app: { id: string; name: string; teamId: string; deletedAt: Date | null };
}

const app = { select: { id: true, name: true, teamId: true, deletedAt: true } } as const;

/** Jobs that this host runs now, by its rows. */
export async function runningJobs(db: Db, hostId: string): Promise<RunningJob[]> {
  const rows = await db.job.findMany({ where: { hostId, status: 'running' }, include: { app } });
  return rows.map((row) => ({ ...jobOf(row), app: row.app }));
}

/** Jobs that are due, in their order, as many as there is room for in each app and on the host. */
export async function dueJobs(db: Db, running: readonly RunningJob[], now: Date): Promise<RunningJob[]> {
  const room = jobsAtOncePerHost - running.length;
  if (room <= 0) return [];
  const rows = await db.job.findMany({
    where: { status: 'queued', notBefore: { lte: now } },
    orderBy: [{ notBefore: 'asc' }, { id: 'asc' }],
    take: 200,
    include: { app },
  });
  const perApp = new Map<string, number>();
  for (const { appId } of running) perApp.set(appId, (perApp.get(appId) ?? 0) + 1);
  return rows
    .filter(({ appId }) => {
      const count = (perApp.get(appId) ?? 0) + 1;
      perApp.set(appId, count);
      return count <= jobsAtOncePerApp;
    })
    .slice(0, room)
    .map((row) => ({ ...jobOf(row), app: row.app }));
}

/**
 * Takes a due job over and begins its next attempt; a command's gets an instance with an address (`networkId`). Null when somebody
 * else was faster, the app has no live release (any more), or its team may not run so much now: then it is tried again.
 */
export async function claimJob(
  db: Db,
  fence: Fence,
  claim: { id: string; networkId: string | null },
): Promise<RunningJob | null> {
  try {
    return await takeJob(db, fence, claim);
  } catch (error) {
    if (!(error instanceof BerthError) || error.code !== 'quota_exceeded') throw error;
    const data = { reason: error.message, notBefore: new Date(Date.now() + againAfterMs) };
    await fenced(db, fence, (tx) => tx.job.updateMany({ where: { id: claim.id, status: 'queued' }, data }));
    return null;
  }
}

function takeJob(
  db: Db,
  fence: Fence,
  { id, networkId }: { id: string; networkId: string | null },
): Promise<RunningJob | null> {
  return fenced(db, fence, async (tx) => {
    const [row] = await tx.job.updateManyAndReturn({
      where: { id, status: 'queued', app: { deletedAt: null, liveReleaseId: { not: null } } },
      data: {
        status: 'running',
        attempt: { increment: 1 },
        startedAt: new Date(),
        hostId: fence.hostId,
        epoch: fence.epoch,
        ...{ instanceId: null, exitCode: null, httpStatus: null, reason: null },
      },
    });
    if (!row) return null;
    if (networkId !== null) {
      const { liveReleaseId, teamId } = await tx.app.findUniqueOrThrow({
        where: { id: row.appId },
        select: { liveReleaseId: true, teamId: true },
      });
      const instance = await growing(tx, teamId, runningKeys, () =>
        tx.instance.create({
          data: {
            appId: row.appId,
            releaseId: liveReleaseId ?? '',
            hostId: fence.hostId,
            process: row.cron === null ? 'job' : 'cron',
            kind: 'job',
            status: 'creating',
          },
        }),
      );
      const address = await leaseAddress(tx, { networkId, instanceId: instance.id });
      await tx.instance.update({ where: { id: instance.id }, data: { address } });
      await tx.job.update({ where: { id }, data: { instanceId: instance.id } });
    }
    const claimed = await tx.job.findUniqueOrThrow({ where: { id }, include: { app } });
    return { ...jobOf(claimed), app: claimed.app };
  });
}

/** The instance of a command's attempt, with its release; null when the row is gone. */
export async function jobInstance(db: Db, id: string): Promise<JobInstance | null> {
  const row = await db.instance.findUnique({ where: { id }, include: { release: true } });
  if (row === null) return null;
  const processes = row.release.processes as RunInstance['release']['processes'];
  return { ...row, release: { ...row.release, processes, manifest: manifestOf(row.release) } };
}
export type JobInstance = RunInstance & { appId: string };

export interface AttemptEnd {
  succeeded: boolean;
  exitCode: number | null;
  httpStatus: number | null;
  /** null where it succeeded. */
  reason: string | null;
}

/** Notes how an attempt ended, and tells of it when the job is over. Null when it had ended before. */
export function endAttempt(
  db: Db,
  fence: Fence,
  job: RunningJob,
  end: AttemptEnd,
): Promise<JobStatus | null> {
  return fenced(db, fence, async (tx) => {
    const [row] = await tx.$queryRaw<{ cancelledAt: Date | null; reason: string | null }[]>`
      SELECT "cancelledAt", reason FROM "Job"
      WHERE id = ${job.id}::uuid AND status = 'running' AND attempt = ${job.attempt} FOR UPDATE`;
    if (!row) return null;
    const now = new Date();
    const cancelled = row.cancelledAt !== null;
    const { status, retryAt } = afterAttempt({ ...job, cancelled }, end.succeeded, now);
    const ended = await tx.job.update({
      where: { id: job.id },
      data: {
        status,
        exitCode: end.exitCode,
        httpStatus: end.httpStatus,
        reason: status === 'cancelled' ? row.reason : end.reason,
        ...(retryAt === null ? { endedAt: now } : { notBefore: retryAt }),
      },
    });
    // Whoever cancelled it has told of it. A schedule's success is no event, there may be one each minute, for ever: but for
    // the first one after a failure.
    const told =
      status === 'failed' || (status === 'succeeded' && (job.cron === null || (await hadFailed(tx, ended))));
    if (told)
      await emitEvent(tx, {
        ...{ teamId: job.app.teamId, appId: job.appId },
        kind: `job.${status}`,
        data: factsOf(jobOf(ended)),
        actor: systemActor('runtime'),
      });
    return status;
  });
}

/** Did the run of its entry that ended before this one fail? */
async function hadFailed(tx: Tx, { id, appId, cron }: { id: string; appId: string; cron: string | null }) {
  const before = await tx.job.findFirst({
    where: { appId, cron, id: { not: id }, status: { in: ['failed', 'succeeded'] } },
    orderBy: { endedAt: 'desc' },
    select: { status: true },
  });
  return before?.status === 'failed';
}

/** Instances of attempts that are over, of which something may be left. */
export async function endedJobInstances(db: Db, hostId: string): Promise<{ id: string; appId: string }[]> {
  return db.$queryRaw`
    SELECT i.id, i."appId" FROM "Instance" i
    WHERE i."hostId" = ${hostId}::uuid AND i.kind = 'job' AND i.status <> 'stopped'
      AND NOT EXISTS (SELECT 1 FROM "Job" j WHERE j."instanceId" = i.id AND j.status = 'running')`;
}

/** A deleted app's jobs end: those that wait at once, those that run by their runtime. */
export async function cancelJobsOfDeletedApps(db: Db, fence: Fence): Promise<void> {
  const now = new Date();
  const set = { cancelledAt: now, reason: 'The app was deleted.' };
  await fenced(db, fence, async (tx) => {
    await tx.job.updateMany({
      where: { status: 'queued', app: { deletedAt: { not: null } } },
      data: { ...set, status: 'cancelled', endedAt: now },
    });
    await tx.job.updateMany({
      where: { status: 'running', cancelledAt: null, app: { deletedAt: { not: null } } },
      data: set,
    });
  });
}

/** When the next job is due that has to wait; null when none does. */
export async function nextJobAt(db: Db, now: Date): Promise<Date | null> {
  const row = await db.job.findFirst({
    where: { status: 'queued', notBefore: { gt: now } },
    orderBy: { notBefore: 'asc' },
    select: { notBefore: true },
  });
  return row?.notBefore ?? null;
}
