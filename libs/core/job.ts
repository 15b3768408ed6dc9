/**
 * A job runs a command in a container of its own, or asks the app for a path, to an end: by hand, or because a schedule says so.
 * `skipped`: a moment of a schedule at which nothing was run. Attempts that fail bring it back to `queued` while it has retries.
 */
export const jobStatuses = ['queued', 'running', 'succeeded', 'failed', 'cancelled', 'skipped'] as const;
export type JobStatus = (typeof jobStatuses)[number];

/** Those that are not over. */
export const unfinishedJobs: readonly JobStatus[] = ['queued', 'running'];

/** Jobs of one app that wait or run; more are refused. */
export const jobsPerApp = 100;
/** Of one app at once; others wait. */
export const jobsAtOncePerApp = 5;
/** Of a host at once: each is a container. */
export const jobsAtOncePerHost = 20;
/** Finished ones of an app that are kept as history. */
export const keptJobs = 200;

export const defaultJobTimeoutSeconds = 3600;
export const mostJobTimeoutSeconds = 24 * 3600;
export const mostJobRetries = 10;

const firstRetryMs = 5_000;
const longestRetryMs = 10 * 60_000;

/** Pause before the attempt after number `attempt` (from 1): 5 s, 10 s, 20 s … 10 min. */
export function jobRetryMs(attempt: number): number {
  return Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(Math.max(0, attempt - 1), 16));
}

/** What the end of an attempt means for its job. `retryAt`: null unless there is another attempt. */
export function afterAttempt(
  job: { attempt: number; retries: number; cancelled: boolean },
  succeeded: boolean,
  now: Date,
): { status: JobStatus; retryAt: Date | null } {
  if (succeeded) return { status: 'succeeded', retryAt: null };
  if (job.cancelled) return { status: 'cancelled', retryAt: null };
  if (job.attempt > job.retries) return { status: 'failed', retryAt: null };
  return { status: 'queued', retryAt: new Date(now.getTime() + jobRetryMs(job.attempt)) };
}

/** A task as people read it. */
export function taskText(task: { command: readonly string[] } | { method: string; path: string }): string {
  return 'command' in task ? task.command.join(' ') : `${task.method} ${task.path}`;
}
