/** Are an app's web instances to run, to be kept in memory without CPU (`frozen`), or to be gone until somebody comes? */
export const sleepTiers = ['running', 'frozen', 'stopped'] as const;
export type SleepTier = (typeof sleepTiers)[number];

/** Settings of one app. Times in seconds, counted from the last sign of life, not from the tier before. */
export interface SleepSettings {
  enabled: boolean;
  freezeAfterSeconds: number;
  stopAfterSeconds: number;
}

/** What is known of one app's use, over every way in (activator and Traefik's direct routers). */
export interface SleepActivity {
  /**
   * Requests and connections open now, WebSockets among them; null when a way in did not answer: an app whose use is
   * unknown may be in use.
   */
  open: number | null;
  /** Requests that wait for it to wake. */
  waiting: number;
  /** When it was last seen in use or became ready, whichever is later; milliseconds. */
  lastActiveAt: number;
}

/** Issue 5, part 1: freeze after 30 s, stop after 10 min. */
export const defaultSleepSettings: SleepSettings = {
  enabled: true,
  freezeAfterSeconds: 30,
  stopAfterSeconds: 600,
};

/**
 * The tier of an app's web processes at `now` (milliseconds). Sleeping is the exception that must be earned: unknown
 * use keeps an app as it is, and so does a clock that went back.
 */
export function sleepTier(
  settings: SleepSettings,
  activity: SleepActivity,
  current: SleepTier,
  now: number,
): SleepTier {
  if (!settings.enabled) return 'running';
  if (activity.waiting > 0) return 'running';
  if (activity.open === null) return current;
  if (activity.open > 0) return 'running';

  const quietMs = now - activity.lastActiveAt;
  if (quietMs >= settings.stopAfterSeconds * 1_000) return 'stopped';
  // A stopped app has nothing to freeze, and time alone wakes nobody: only use does.
  return current === 'running' && quietMs >= settings.freezeAfterSeconds * 1_000 ? 'frozen' : current;
}
