import { z } from 'zod';
import { sleepChange, sleepSettingsOf, type SleepPolicy } from './sleep.js';

/**
 * What an app's own files (berth.toml) say of how it runs, as its release carries it. What the owner sets for the app itself
 * (config, `berth apps set`) wins over it; a field that is left out leaves Berth's default in force.
 */
export const manifest = z.object({
  /** Plain environment variables; the app's config wins, name by name. */
  env: z.record(z.string(), z.string()),
  /** Until the release must have answered its readiness check. */
  startTimeoutSeconds: z.int().min(5).max(900).optional(),
  sleep: sleepChange,
  scale: z.object({
    /** Instances of `web` that are always there, awake or asleep. */
    min: z.int().min(0).max(20).optional(),
    max: z.int().min(1).max(20).optional(),
    /** Requests in flight that one instance of `web` should have at most, before another is added. */
    concurrency: z.int().min(1).max(10_000).optional(),
  }),
});

export type Manifest = z.infer<typeof manifest>;

/** An app's sleep: what its owner set wins over berth.toml. One that is to have an instance at all times never sleeps. */
export function sleepOf(manifest: Manifest | null, ofApp: unknown): SleepPolicy {
  const always = (manifest?.scale.min ?? 0) > 0 ? { enabled: false } : {};
  return sleepSettingsOf(always, manifest?.sleep, ofApp);
}
