import { fire, nextSlot } from '#libs/core/cron.js';
import { jobsPerApp } from '#libs/core/job.js';
import { jobTask, type CronEntry as CronSpec, type JobTask } from '#libs/contracts/job.js';
import { BerthError } from '#libs/core/errors.js';
import type { Db, Tx } from './db.js';
import { emitEvent, systemActor } from './events.js';
import type { CronEntry as Row } from './generated/client.js';
import { fenced, type Fence } from './hosts.js';
import { factsOf, jobOf, unfinishedOf, type Job } from './jobs.js';
import { lockApp } from './locks.js';
import { manifestOf } from './releases.js';

export type CronEntry = Omit<Row, 'task' | 'missed'> & { task: JobTask; missed: 'run' | 'skip' };

function entryOf(row: Row): CronEntry {
  return { ...row, task: jobTask.parse(row.task), missed: row.missed === 'skip' ? 'skip' : 'run' };
}

/** An entry with how it goes: its newest job, and how many failed since the last one that succeeded. */
export type WatchedEntry = CronEntry & { last: Job | null; failing: number };

/** An app's schedule, by name. */
export async function listCron(db: Db, appId: string): Promise<WatchedEntry[]> {
  const rows = await db.cronEntry.findMany({ where: { appId }, orderBy: { name: 'asc' } });
  const newest = await db.job.findMany({
    where: { appId, cron: { in: rows.map(({ name }) => name) } },
    orderBy: [{ cron: 'asc' }, { id: 'desc' }],
    distinct: ['cron'],
  });
  const last = new Map(newest.map((row) => [row.cron, jobOf(row)]));
  const failing = await failuresOf(db, appId);
  return rows.map((row) => ({
    ...entryOf(row),
    last: last.get(row.name) ?? null,
    failing: failing.get(row.name) ?? 0,
  }));
}

/** Runs of each entry that failed since its last one that succeeded, as far as history goes. */
async function failuresOf(db: Db | Tx, appId: string): Promise<Map<string, number>> {
  const rows = await db.$queryRaw<{ cron: string; failed: number }[]>`
    SELECT cron, count(*)::int AS failed FROM "Job" AS job
    WHERE "appId" = ${appId}::uuid AND cron IS NOT NULL AND status = 'failed' AND NOT EXISTS (
      SELECT 1 FROM "Job" AS later
      WHERE later."appId" = job."appId" AND later.cron = job.cron AND later.status = 'succeeded' AND later.id > job.id)
    GROUP BY cron`;
  return new Map(rows.map(({ cron, failed }) => [cron, failed]));
}

/** An entry by its name. Throws `cron_not_found`. */
export async function cronByName(db: Db, appId: string, name: string): Promise<CronEntry> {
  const row = await db.cronEntry.findUnique({ where: { appId_name: { appId, name } } });
  if (row) return entryOf(row);
  throw new BerthError(
    'cron_not_found',
    'The app’s live release has no such entry in its schedule; list the schedule to see their names.',
  );
}

/** Takes over the schedules of releases that went live, whatever made them live. An entry that is the same goes on as it is. */
export async function adoptSchedules(db: Db, fence: Fence, now: Date): Promise<void> {
  const changed = await db.$queryRaw<{ id: string }[]>`
    SELECT id FROM "App"
    WHERE "deletedAt" IS NULL AND "liveReleaseId" IS NOT NULL AND "cronReleaseId" IS DISTINCT FROM "liveReleaseId"
    LIMIT 100`;
  for (const { id } of changed) await fenced(db, fence, (tx) => adoptSchedule(tx, id, now));
}

async function adoptSchedule(tx: Tx, appId: string, now: Date): Promise<void> {
  const [app] = await tx.$queryRaw<{ liveReleaseId: string; previewOfId: string | null }[]>`
    SELECT "liveReleaseId", "previewOfId" FROM "App" WHERE id = ${appId}::uuid FOR UPDATE`;
  if (!app) return;
  const release = await tx.release.findUniqueOrThrow({ where: { id: app.liveReleaseId } });
  // A preview is to be looked at: what runs by the clock does its work once, in the app itself.
  const wanted = app.previewOfId === null ? (manifestOf(release)?.cron ?? []) : [];
  await tx.cronEntry.deleteMany({ where: { appId, name: { notIn: wanted.map(({ name }) => name) } } });
  for (const entry of wanted) await adoptEntry(tx, appId, entry, now);
  await tx.app.update({ where: { id: appId }, data: { cronReleaseId: release.id } });
}

async function adoptEntry(tx: Tx, appId: string, entry: CronSpec, now: Date): Promise<void> {
  const { name, schedule, timezone } = entry;
  const before = await tx.cronEntry.findUnique({ where: { appId_name: { appId, name } } });
  const same = before?.schedule === schedule && before.timezone === timezone;
  const nextAt = same ? before.nextAt : nextSlot(schedule, timezone, now);
  await tx.cronEntry.upsert({
    where: { appId_name: { appId, name } },
    create: { ...entry, appId, nextAt },
    update: { ...entry, nextAt },
  });
}

/**
 * Makes a job of each entry that is due. Its moment and the next one change in one transaction, and a moment can have one job only:
 * whoever fires, however often, it is fired once.
 */
export async function fireDue(db: Db, fence: Fence, now: Date): Promise<void> {
  const due = await db.cronEntry.findMany({
    where: { nextAt: { lte: now }, app: { deletedAt: null } },
    orderBy: { nextAt: 'asc' },
    take: 200,
    select: { id: true, appId: true },
  });
  for (const entry of due) await fenced(db, fence, (tx) => fireEntry(tx, entry, now));
}

const reasons = {
  missed: 'Berth was not running at that moment.',
  overlap: 'The run before it had not ended.',
  crowded: `${jobsPerApp} jobs of the app waited or ran already.`,
};

async function fireEntry(tx: Tx, { id, appId }: { id: string; appId: string }, now: Date): Promise<void> {
  // The app first, as whoever takes over a schedule does: the job's reference to it would wait for them, and they for the entry.
  await lockApp(tx, appId);
  const row = await tx.cronEntry.findUnique({ where: { id }, include: { app: true } });
  if (row === null) return;
  const entry = entryOf(row);
  const slot = row.nextAt;
  // Another runtime was faster.
  if (slot === null || slot > now) return;
  const unfinished = await unfinishedOf(tx, entry.appId, entry.name);
  const { skipped, nextAt } = fire(entry, { slot, now, unfinished });
  await tx.cronEntry.update({ where: { id }, data: { nextAt } });
  const crowded = skipped === null && (await unfinishedOf(tx, entry.appId)) >= jobsPerApp;
  const why = crowded ? 'crowded' : skipped;
  const [made] = await tx.job.createManyAndReturn({
    data: {
      appId: entry.appId,
      cron: entry.name,
      slot,
      task: entry.task,
      status: why === null ? 'queued' : 'skipped',
      reason: why === null ? null : reasons[why],
      endedAt: why === null ? null : now,
      retries: entry.retries,
      timeoutSeconds: entry.timeoutSeconds,
      createdBy: 'schedule',
    },
    skipDuplicates: true,
  });
  // What does not overlap by its author's wish is no event.
  if (made === undefined || why === null || why === 'overlap') return;
  await emitEvent(tx, {
    ...{ appId: entry.appId, teamId: row.app.teamId },
    kind: 'job.skipped',
    data: factsOf(jobOf(made)),
    actor: systemActor('runtime'),
  });
}

/** When the next entry is due; null when none ever is. */
export async function nextCronAt(db: Db): Promise<Date | null> {
  const row = await db.cronEntry.findFirst({
    where: { nextAt: { not: null }, app: { deletedAt: null } },
    orderBy: { nextAt: 'asc' },
    select: { nextAt: true },
  });
  return row?.nextAt ?? null;
}
