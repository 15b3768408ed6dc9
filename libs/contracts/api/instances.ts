import { z } from 'zod';
import { instanceStatuses } from '#libs/core/instance-status.js';
import { id, instant } from './common.js';

/** One sample, every 10 s. */
export const metricPoint = z
  .object({
    at: instant,
    /** Share of one core, 1 = a whole core. */
    cpu: z.number(),
    memoryBytes: z.number(),
    pids: z.int(),
    /** Share of the time in which its CPU limit held it back. */
    throttled: z.number(),
    requests: z.int(),
    errors: z.int(),
    /** null when no request came. */
    p50Ms: z.number().nullable(),
    p95Ms: z.number().nullable(),
    p99Ms: z.number().nullable(),
  })
  .meta({ id: 'MetricPoint' });
export type MetricPoint = z.infer<typeof metricPoint>;

export const instanceView = z
  .object({
    id,
    process: z.string(),
    status: z.enum(instanceStatuses),
    /** Why it is not running, or not as well as it could, in a sentence. */
    reason: z.string().nullable(),
    release: z.int(),
    host: z.string(),
    containerId: z.string().nullable(),
    address: z.string().nullable(),
    port: z.int().nullable(),
    restarts: z.int(),
    exitCode: z.int().nullable(),
    nextStartAt: instant.nullable(),
    /** Another one is on its way to take its place. */
    restartAskedAt: instant.nullable(),
    createdAt: instant,
    startedAt: instant.nullable(),
    readyAt: instant.nullable(),
    stoppedAt: instant.nullable(),
    memoryLimitBytes: z.number(),
    latest: metricPoint.nullable(),
  })
  .meta({ id: 'Instance' });
export type InstanceView = z.infer<typeof instanceView>;

/** `?all=1` shows stopped ones too. Newest first; an app has few, so there are no pages (`next` is null). */
export const instanceQuery = z.object({ all: z.enum(['0', '1']).default('0') });
export const instanceList = z
  .object({ items: z.array(instanceView), next: z.null() })
  .meta({ id: 'InstanceList' });
export type InstanceList = z.infer<typeof instanceList>;

/** `?force=1`: one that runs too. */
export const removeQuery = z.object({ force: z.enum(['0', '1']).default('0') });

export const metricsQuery = z.object({
  /** Start of the time shown; at most 24 h ago. Absent: the last hour. */
  since: instant.optional(),
});
export const metricsView = z
  .object({
    since: instant,
    series: z.array(
      z.object({ instance: id, process: z.string(), release: z.int(), points: z.array(metricPoint) }),
    ),
  })
  .meta({ id: 'Metrics' });
export type MetricsView = z.infer<typeof metricsView>;

/** Body of POST /v1/apps/:app/instances/:instance/commit. */
export const newCommit = z
  .strictObject({
    /** What the release is called; left out: which instance it is of. */
    comment: z.string().trim().min(1).max(200).optional(),
  })
  .meta({ id: 'NewCommit' });
export type NewCommit = z.infer<typeof newCommit>;
