import { z } from 'zod';
import { defaultJobTimeoutSeconds, mostJobRetries, mostJobTimeoutSeconds } from '#libs/core/job.js';
import { commandWords } from './terminal.js';

/** A path of the app, with or without a query. */
export const jobPath = z.string().regex(/^\/[^\s#]{0,999}$/, 'A path begins with a slash and has no blanks.');

/** What a job does: a command in a container of its own, or a request to the app. */
export const jobTask = z.union([
  z.strictObject({ command: commandWords }),
  z.strictObject({ path: jobPath, method: z.enum(['GET', 'POST']) }),
]);
export type JobTask = z.infer<typeof jobTask>;

/** How long an attempt may last, and how many there are after the first. */
export const jobLimits = z.object({
  timeoutSeconds: z.int().min(1).max(mostJobTimeoutSeconds).default(defaultJobTimeoutSeconds),
  retries: z.int().min(0).max(mostJobRetries).default(0),
});

/**
 * An entry of the app's schedule, as its release carries it (`[[cron]]` of berth.toml). Schedule and time zone were checked when the
 * file was read.
 */
export const cronEntry = jobLimits.extend({
  /** Unique within the app; what the entry does unless its author named it. */
  name: z.string().min(1).max(100),
  schedule: z.string().max(100),
  timezone: z.string().max(60),
  task: jobTask,
  /** May a run begin while another one goes on? */
  overlap: z.boolean(),
  /** Moments that passed while Berth was down come to one run, or to none. */
  missed: z.enum(['run', 'skip']),
});
export type CronEntry = z.infer<typeof cronEntry>;
