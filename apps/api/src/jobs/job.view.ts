import type { CronView, JobView } from '#libs/contracts/api/jobs.js';
import type { WatchedEntry } from '#libs/store/cron.js';
import type { Job } from '#libs/store/jobs.js';

export function jobViewOf(job: Job): JobView {
  const { id, status, task, cron, attempt, retries, timeoutSeconds, exitCode, httpStatus, reason } = job;
  return {
    ...{ id, status, task, cron, attempt, retries, timeoutSeconds, exitCode, httpStatus, reason },
    slot: job.slot?.toISOString() ?? null,
    notBefore: status === 'queued' ? job.notBefore.toISOString() : null,
    instance: job.instanceId,
    createdBy: job.createdBy,
    createdAt: job.createdAt.toISOString(),
    startedAt: job.startedAt?.toISOString() ?? null,
    endedAt: job.endedAt?.toISOString() ?? null,
  };
}

export function cronViewOf(entry: WatchedEntry): CronView {
  const { name, schedule, timezone, task, overlap, missed, timeoutSeconds, retries, nextAt, last, failing } =
    entry;
  return {
    ...{ name, schedule, timezone, task, overlap, missed, timeoutSeconds, retries, failing },
    nextAt: nextAt?.toISOString() ?? null,
    last: last && jobViewOf(last),
  };
}
