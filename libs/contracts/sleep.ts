import { z } from 'zod';
import { defaultSleepSettings, type SleepSettings } from '#libs/core/sleep.js';

/** What an owner, or berth.toml, may set of an app's sleep; what is left out keeps its default (libs/core/sleep.ts). */
export const sleepChange = z.strictObject({
  enabled: z.boolean().optional(),
  /** Seconds without a request or an open connection until the web instances are frozen. */
  freezeAfterSeconds: z.int().min(1).max(604_800).optional(),
  /** … until they are stopped, counted from the same moment. */
  stopAfterSeconds: z.int().min(1).max(2_592_000).optional(),
});
export type SleepChange = z.infer<typeof sleepChange>;

export const sleepSettings = z
  .object({ enabled: z.boolean(), freezeAfterSeconds: z.int(), stopAfterSeconds: z.int() })
  .meta({ id: 'SleepSettings' });

/** Settings in force, from what is stored of a release and an app: later ones win. */
export function sleepSettingsOf(...stored: unknown[]): SleepSettings {
  const known = stored.map((one) => sleepChange.catch({}).parse(one ?? {}));
  const settings: SleepSettings = Object.assign({}, defaultSleepSettings, ...known);
  // Frozen is on the way to stopped: an app that is to stop sooner than it is to freeze does both at once.
  return { ...settings, stopAfterSeconds: Math.max(settings.freezeAfterSeconds, settings.stopAfterSeconds) };
}
