import type { AppView } from '#libs/contracts/api/apps.js';
import { duration } from './units.js';

/** When an app falls asleep, in words. */
export function sleepText({ enabled, freezeAfterSeconds, stopAfterSeconds }: AppView['sleep']): string {
  if (!enabled) return 'never sleeps';
  const [freeze, stop] = [freezeAfterSeconds, stopAfterSeconds].map((seconds) => duration(seconds * 1_000));
  return `frozen after ${freeze} without a request, stopped after ${stop}`;
}
