import { z } from 'zod';
import { cronEntry } from './job.js';
import { limitsOfFile } from './limits.js';
import {
  autoscaleOf,
  scaleOfFile,
  storedAutoscale,
  type AutoscaleView,
  type ScaledApp,
} from './autoscale.js';
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
  scale: scaleOfFile,
  cron: z.array(cronEntry).optional(),
  limits: limitsOfFile.optional(),
  /** What `web` speaks; absent: HTTP/1.1. */
  protocol: z.enum(['h2c']).optional(),
  /** Folders that outlive their containers: the path of each volume by its name. */
  volumes: z.record(z.string(), z.string()).optional(),
});

export type Manifest = z.infer<typeof manifest>;

/** Paths of a release's volumes, by name. */
export function volumesOf(manifest: Manifest | null): Readonly<Record<string, string>> {
  return manifest?.volumes ?? {};
}

/** Their names. */
export function volumeNames(manifest: Manifest | null): string[] {
  return Object.keys(volumesOf(manifest));
}

/** How many instances of each process type a release may have: two would write the same files of a volume. */
export function mostInstances(manifest: Manifest | null): number {
  return volumeNames(manifest).length > 0 ? 1 : Infinity;
}

/** How many web instances an app has: what its owner set wins over berth.toml. */
export function webScaleOf(manifest: Manifest | null, app: ScaledApp): AutoscaleView {
  return autoscaleOf(app, manifest?.scale, mostInstances(manifest));
}

/** An app's sleep: what its owner set wins over berth.toml. One that is to have an instance at all times never sleeps. */
export function sleepOf(manifest: Manifest | null, app: { sleep: unknown; autoscale: unknown }): SleepPolicy {
  const min = storedAutoscale(app.autoscale).min ?? manifest?.scale.min ?? 0;
  return sleepSettingsOf(manifest?.sleep, app.sleep, min > 0 ? { enabled: false } : {});
}
