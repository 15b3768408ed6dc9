import { z } from 'zod';
import type { AutoscaleSettings } from '#libs/core/autoscale.js';

const fields = {
  /** Web instances that are always there. One or more: the app never sleeps. */
  min: z.int().min(0).max(20),
  /** Most web instances. Where it is above `min`, load decides how many there are. */
  max: z.int().min(1).max(20),
  /** Requests in flight that one instance takes at most; when all are full the next ones wait. */
  concurrency: z.int().min(1).max(10_000),
  /** Requests per second that one instance should take at most. */
  requestsPerSecond: z.int().min(1).max(100_000),
  /** Share of the processor time that one instance may use (its limit) that it should use on average. */
  cpuPercent: z.int().min(1).max(100),
};

/** What berth.toml may say of an app's web instances; what is left out is not set. */
export const scaleOfFile = z.object(fields).partial();

/** What an owner may change of it: a field that is left out stays, null unsets it. */
export const autoscaleChange = z
  .strictObject({
    /** false: the number is fixed, whatever berth.toml says of `max`. */
    enabled: z.boolean().nullable().optional(),
    min: fields.min.nullable().optional(),
    max: fields.max.nullable().optional(),
    concurrency: fields.concurrency.nullable().optional(),
    requestsPerSecond: fields.requestsPerSecond.nullable().optional(),
    cpuPercent: fields.cpuPercent.nullable().optional(),
  })
  .refine(({ min, max }) => (min ?? 0) <= (max ?? Infinity), {
    path: ['max'],
    message: 'The most is not below the fewest.',
  });
export type AutoscaleChange = z.infer<typeof autoscaleChange>;

/** As it is stored of an app. */
const stored = z.object({ enabled: z.boolean(), ...fields }).partial();
export type StoredAutoscale = z.infer<typeof stored>;

/** As it is in force, and the number of web instances that is wanted now. */
export const autoscaleView = z
  .object({
    /** Does load decide? Else the number is fixed. */
    enabled: z.boolean(),
    min: z.int(),
    max: z.int(),
    concurrency: z.int().nullable(),
    requestsPerSecond: z.int().nullable(),
    cpuPercent: z.int().nullable(),
    wanted: z.int(),
  })
  .meta({ id: 'Autoscale' });
export type AutoscaleView = z.infer<typeof autoscaleView>;

/** Of an app, as far as its web instances' number depends on it. */
export interface ScaledApp {
  /** Instances by process type. */
  scale: unknown;
  autoscale: unknown;
  /** What the runtime last found right. */
  webInstances: number;
}

const fixedNumber = z.object({ web: z.number().int().min(0) }).catch({ web: 1 });

/** What is in force: the owner's settings win over berth.toml's, field by field. Of an app with volumes there is `most` one instance, whoever wants more. */
export function autoscaleOf(
  app: ScaledApp,
  ofFile: z.infer<typeof scaleOfFile> | undefined,
  most = Infinity,
): AutoscaleView {
  const set: StoredAutoscale = { ...ofFile, ...storedAutoscale(app.autoscale) };
  const limits = {
    concurrency: set.concurrency ?? null,
    requestsPerSecond: set.requestsPerSecond ?? null,
    cpuPercent: set.cpuPercent ?? null,
  };
  const fixed = Math.min(fixedNumber.parse(app.scale).web, most);
  const min = Math.min(set.min ?? 0, most);
  if (fixed === 0 || set.enabled === false)
    return { enabled: false, min, max: Math.max(fixed, min), ...limits, wanted: fixed };
  const least = Math.max(1, min);
  const max = Math.max(least, Math.min(set.max ?? fixed, most));
  const enabled = set.max !== undefined && max > least;
  const wanted = enabled ? Math.min(Math.max(least, app.webInstances), max) : max;
  return { enabled, min, max, ...limits, wanted };
}

/** For the rule; null when load does not decide. `cpus` is the limit of one instance, in cores. */
export function autoscaleSettings(view: AutoscaleView, cpus: number): AutoscaleSettings | null {
  if (!view.enabled) return null;
  const { min, max, concurrency, requestsPerSecond, cpuPercent } = view;
  const cores = cpuPercent === null ? null : (cpus * cpuPercent) / 100;
  return { min: Math.max(1, min), max, concurrency, requestsPerSecond, cores };
}

export function storedAutoscale(value: unknown): StoredAutoscale {
  return stored.catch({}).parse(value ?? {});
}

/** What is to be stored once a change is made; null unsets everything. */
export function changedAutoscale(present: unknown, change: AutoscaleChange | null): StoredAutoscale {
  if (change === null) return {};
  const merged = { ...storedAutoscale(present), ...change };
  const kept = Object.entries(merged).filter(([, value]) => value !== null && value !== undefined);
  return storedAutoscale(Object.fromEntries(kept));
}
