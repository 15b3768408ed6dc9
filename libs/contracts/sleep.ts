import { z } from 'zod';
import { defaultSleepSettings } from '#libs/core/sleep.js';

const hookPath = z
  .string()
  .max(500)
  .regex(/^\/[^\s#]*$/, 'A path begins with a slash.');

/** What an owner, or berth.toml, may set of an app's sleep; what is left out keeps its default (libs/core/sleep.ts). */
export const sleepChange = z.strictObject({
  enabled: z.boolean().optional(),
  /** Seconds without a request or an open connection until the web instances are frozen. */
  freezeAfterSeconds: z.int().min(1).max(604_800).optional(),
  /** … until they are stopped, counted from the same moment. */
  stopAfterSeconds: z.int().min(1).max(2_592_000).optional(),
  /** Show browsers that wait longer than 2 s a small page that tries again by itself, instead of holding them. */
  waitingPage: z.boolean().optional(),
  /** Requests without a body for these paths are answered 200 in the sleeping app's place and do not wake it. */
  answerPaths: z
    .array(
      z
        .string()
        .max(500)
        .regex(/^\/[^\s?#]*$/, 'A path begins with a slash.'),
    )
    .max(20)
    .optional(),
  /** … and those whose User-Agent has one of these words: uptime robots. */
  answerAgents: z.array(z.string().min(3).max(100)).max(20).optional(),
  /** `POST` of this path tells an instance that it is about to be frozen, or goes on after that; null: it is not told. */
  beforeFreeze: hookPath.nullable().optional(),
  afterWake: hookPath.nullable().optional(),
});
export type SleepChange = z.infer<typeof sleepChange>;

export const sleepSettings = z
  .object({
    enabled: z.boolean(),
    freezeAfterSeconds: z.int(),
    stopAfterSeconds: z.int(),
    waitingPage: z.boolean(),
    answerPaths: z.array(z.string()),
    answerAgents: z.array(z.string()),
    beforeFreeze: z.string().nullable(),
    afterWake: z.string().nullable(),
  })
  .meta({ id: 'SleepSettings' });
/** When an app sleeps, and what becomes of its requests meanwhile. */
export type SleepPolicy = z.infer<typeof sleepSettings>;

const defaults: SleepPolicy = {
  ...defaultSleepSettings,
  waitingPage: false,
  answerPaths: [],
  answerAgents: [],
  beforeFreeze: null,
  afterWake: null,
};

/** Settings in force, from what is stored of a release and an app: later ones win. */
export function sleepSettingsOf(...stored: unknown[]): SleepPolicy {
  const known = stored.map((one) => sleepChange.catch({}).parse(one ?? {}));
  const settings: SleepPolicy = Object.assign({}, defaults, ...known);
  // Frozen is on the way to stopped: an app that is to stop sooner than it is to freeze does both at once.
  return { ...settings, stopAfterSeconds: Math.max(settings.freezeAfterSeconds, settings.stopAfterSeconds) };
}
