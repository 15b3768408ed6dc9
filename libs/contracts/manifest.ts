import { z } from 'zod';

/**
 * What an app's own files (berth.toml) say of how it runs, as its release carries it. What the owner sets for the app itself
 * (config, `berth apps set`) wins over it; a field that is left out leaves Berth's default in force.
 */
export const manifest = z.object({
  /** Plain environment variables; the app's config wins, name by name. */
  env: z.record(z.string(), z.string()),
  /** Until the release must have answered its readiness check. */
  startTimeoutSeconds: z.int().min(5).max(900).optional(),
  sleep: z.object({
    enabled: z.boolean().optional(),
    /** Without a request for so long, an instance is frozen. */
    freezeAfterSeconds: z.int().min(1).max(604_800).optional(),
    /** Without a request for so long, it is stopped. */
    stopAfterSeconds: z.int().min(1).max(2_592_000).optional(),
  }),
  scale: z.object({
    /** Instances of `web` that are always there, awake or asleep. */
    min: z.int().min(0).max(20).optional(),
    max: z.int().min(1).max(20).optional(),
    /** Requests in flight that one instance of `web` should have at most, before another is added. */
    concurrency: z.int().min(1).max(10_000).optional(),
  }),
});

export type Manifest = z.infer<typeof manifest>;
