import { z } from 'zod';
import { jobStatuses } from '#libs/core/job.js';
import { jobLimits, jobTask } from '#libs/contracts/job.js';
import { id, instant, pageOf, pageQuery } from './common.js';

export const newJob = jobLimits.extend({ task: jobTask }).meta({ id: 'NewJob' });
export type NewJob = z.infer<typeof newJob>;

export const jobView = z
  .object({
    id,
    status: z.enum(jobStatuses),
    task: jobTask,
    /** Name of the entry of the schedule that it is of; null: asked for by hand. */
    cron: z.string().nullable(),
    /** The moment of the schedule that it stands for. */
    slot: instant.nullable(),
    /** Attempts begun. */
    attempt: z.int(),
    retries: z.int(),
    timeoutSeconds: z.int(),
    /** Of a job that waits: it does not begin before. */
    notBefore: instant.nullable(),
    /** Of the newest attempt of a command: what it prints is in the app's log under this id. */
    instance: id.nullable(),
    exitCode: z.int().nullable(),
    httpStatus: z.int().nullable(),
    /** Why it did not succeed, in a sentence. */
    reason: z.string().nullable(),
    createdBy: z.string(),
    createdAt: instant,
    startedAt: instant.nullable(),
    endedAt: instant.nullable(),
  })
  .meta({ id: 'Job' });
export type JobView = z.infer<typeof jobView>;
export const jobPage = pageOf(jobView).meta({ id: 'JobPage' });

/** Newest first; only of one entry of the schedule, or of one status. */
export const jobQuery = pageQuery.extend({
  cron: z.string().max(100).optional(),
  status: z.enum(jobStatuses).optional(),
});
export type JobQuery = z.infer<typeof jobQuery>;

export const cronView = z
  .object({
    name: z.string(),
    schedule: z.string(),
    timezone: z.string(),
    task: jobTask,
    overlap: z.boolean(),
    missed: z.enum(['run', 'skip']),
    timeoutSeconds: z.int(),
    retries: z.int(),
    nextAt: instant.nullable(),
    last: jobView.nullable(),
    /** Runs that failed since the last one that succeeded. */
    failing: z.int(),
  })
  .meta({ id: 'CronEntry' });
export type CronView = z.infer<typeof cronView>;

/** An app has at most fifty, so there are no pages (`next` is null). */
export const cronList = z.object({ items: z.array(cronView), next: z.null() }).meta({ id: 'CronList' });
export type CronList = z.infer<typeof cronList>;

/** Which entry is to run now: names may hold anything, so it is not in the path. */
export const runCron = z.object({ name: z.string().min(1).max(100) }).meta({ id: 'RunCron' });
export type RunCron = z.infer<typeof runCron>;
