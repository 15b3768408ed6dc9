import { z } from 'zod';
import { instant } from './common.js';

/** `?from=&to=` of an app's metrics over time: at most the last 24 h; absent: the last hour. */
export const appMetricsQuery = z.object({ from: instant.optional(), to: instant.optional() });

/** What happened to the app besides requests; `value` is a release's number, or how many web instances load asked for. */
export const metricMark = z
  .object({
    at: instant,
    kind: z.enum(['release', 'frozen', 'stopped', 'awake', 'scaled']),
    value: z.int().nullable(),
  })
  .meta({ id: 'MetricMark' });
export type MetricMark = z.infer<typeof metricMark>;

/** All instances of an app together over one step of time, which begins at `at`. */
export const appMetricPoint = z
  .object({
    at: instant,
    requests: z.int(),
    /** Answers with 5xx. */
    errors: z.int(),
    /** Milliseconds, from the histograms of all instances; null when no request came. */
    p50Ms: z.number().nullable(),
    p95Ms: z.number().nullable(),
    p99Ms: z.number().nullable(),
    /** Cores in use, 1 = a whole core. */
    cpu: z.number(),
    /** Share of the time in which the CPU limit held back the instance that had it worst, 0 to 1. */
    throttled: z.number(),
    memoryBytes: z.number(),
    /** Mean number of containers. */
    instances: z.number(),
  })
  .meta({ id: 'AppMetricPoint' });
export type AppMetricPoint = z.infer<typeof appMetricPoint>;

export const appMetricsView = z
  .object({
    from: instant,
    to: instant,
    /** Length of a point. Steps without any container have no point. */
    stepSeconds: z.int(),
    points: z.array(appMetricPoint),
    /** Oldest first; one of before `from` when the app slept then. */
    marks: z.array(metricMark),
  })
  .meta({ id: 'AppMetrics' });
export type AppMetricsView = z.infer<typeof appMetricsView>;

/** `?apps=a,b`: up to a hundred names. */
export const trafficQuery = z.object({
  apps: z
    .string()
    .max(5_000)
    .transform((text) => text.split(',').filter((name) => name !== ''))
    .pipe(z.array(z.string().max(60)).min(1).max(100)),
});
/** Requests of the last hour in steps of two minutes, oldest first, by app name. */
export const trafficView = z
  .object({
    from: instant,
    stepSeconds: z.int(),
    requests: z.record(z.string(), z.array(z.int())),
  })
  .meta({ id: 'Traffic' });
export type TrafficView = z.infer<typeof trafficView>;
