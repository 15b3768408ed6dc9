import { BerthError } from '#libs/core/errors.js';
import { jobsPerApp, keptJobs, taskText, unfinishedJobs, type JobStatus } from '#libs/core/job.js';
import { jobTask, type JobTask } from '#libs/contracts/job.js';
import { transaction, type Db, type Tx } from './db.js';
import { emitEvent, type Actor } from './events.js';
import { Prisma, type Job as Row } from './generated/client.js';

/** A job as the rest of Berth sees it. */
export type Job = Omit<Row, 'task' | 'status'> & { task: JobTask; status: JobStatus };

export function jobOf(row: Row): Job {
  return { ...row, task: jobTask.parse(row.task), status: row.status as JobStatus };
}

/** So much of a task is told in an event. */
const toldLetters = 500;

/** What events of a job tell: never what it printed. */
export function factsOf(job: Job): Prisma.InputJsonObject {
  const { id, cron, slot, attempt, exitCode, httpStatus, reason, instanceId } = job;
  const task = taskText(job.task).slice(0, toldLetters);
  return {
    ...{ jobId: id, task, cron, attempt, exitCode, httpStatus, reason, instanceId },
    slot: slot?.toISOString() ?? null,
  };
}

/** Asks for a job of an app that has a live release. Throws `no_release`, `too_many_jobs`. */
export function acceptJob(
  db: Db,
  app: { id: string; teamId: string },
  wanted: { task: JobTask; cron: string | null; timeoutSeconds: number; retries: number; actor: Actor },
): Promise<Job> {
  const { actor, ...data } = wanted;
  return transaction(db, async (tx) => {
    // One at a time for an app, or two could pass the count together.
    const [row] = await tx.$queryRaw<{ liveReleaseId: string | null }[]>`
      SELECT "liveReleaseId" FROM "App" WHERE id = ${app.id}::uuid AND "deletedAt" IS NULL FOR UPDATE`;
    if (!row?.liveReleaseId)
      throw new BerthError(
        'no_release',
        'The app has no live release that a job could run in; deploy first.',
      );
    if ((await unfinishedOf(tx, app.id)) >= jobsPerApp)
      throw new BerthError(
        'too_many_jobs',
        `${jobsPerApp} jobs of the app wait or run already; wait for them, or cancel some.`,
      );
    const job = jobOf(
      await tx.job.create({
        data: { ...data, appId: app.id, status: 'queued', createdById: actor.id, createdBy: actor.name },
      }),
    );
    await emitEvent(tx, { ...placeOf(app), kind: 'job.created', data: factsOf(job), actor });
    return job;
  });
}

/** Jobs of an app that wait or run; of one entry of its schedule, where that is given. */
export function unfinishedOf(db: Db | Tx, appId: string, cron?: string): Promise<number> {
  return db.job.count({
    where: { appId, status: { in: [...unfinishedJobs] }, ...(cron !== undefined && { cron }) },
  });
}

/** Newest first; of one entry of the schedule, or of one status, where that is given. */
export async function listJobs(
  db: Db,
  appId: string,
  page: { after: string | null; take: number; cron?: string | undefined; status?: JobStatus | undefined },
): Promise<Job[]> {
  const { after, take, cron, status } = page;
  const rows = await db.job.findMany({
    where: {
      appId,
      ...(after !== null && { id: { lt: after } }),
      ...(cron !== undefined && { cron }),
      ...(status !== undefined && { status }),
    },
    orderBy: { id: 'desc' },
    take,
  });
  return rows.map(jobOf);
}

/** Throws `job_not_found`. */
export async function jobById(db: Db | Tx, appId: string, id: string): Promise<Job> {
  const row = await db.job.findFirst({ where: { id, appId } });
  if (row) return jobOf(row);
  throw new BerthError(
    'job_not_found',
    'The app has no such job (any more); list its jobs to see their ids.',
  );
}

/** A job that waits ends at once; one that runs is ended by its runtime. Cancelling what is over is no error. */
export function cancelJob(
  db: Db,
  app: { id: string; teamId: string },
  id: string,
  actor: Actor,
): Promise<Job> {
  return transaction(db, async (tx) => {
    await jobById(tx, app.id, id);
    const now = new Date();
    const reason = `Cancelled by ${actor.name}.`;
    const { count: waited } = await tx.job.updateMany({
      where: { id, status: 'queued' },
      data: { status: 'cancelled', cancelledAt: now, endedAt: now, reason },
    });
    const { count: ran } = await tx.job.updateMany({
      where: { id, status: 'running', cancelledAt: null },
      data: { cancelledAt: now, reason },
    });
    const job = await jobById(tx, app.id, id);
    if (waited + ran > 0)
      await emitEvent(tx, { ...placeOf(app), kind: 'job.cancelled', data: factsOf(job), actor });
    return job;
  });
}

/** Forgets finished jobs beyond the newest of each app. */
export async function pruneJobs(db: Db): Promise<void> {
  await db.$executeRaw`
    DELETE FROM "Job" WHERE id IN (
      SELECT id FROM (
        SELECT id, row_number() OVER (PARTITION BY "appId" ORDER BY id DESC) AS place FROM "Job"
        WHERE status NOT IN (${Prisma.join([...unfinishedJobs])})
      ) x WHERE place > ${keptJobs})`;
}

function placeOf({ id, teamId }: { id: string; teamId: string }) {
  return { appId: id, teamId };
}
