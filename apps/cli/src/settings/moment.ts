import { secondsOf } from '#libs/core/duration.js';
import { usage } from '../frame/failure.js';

/**
 * A moment as people write it: `10m` (ago), `1h30m`, `2d`, or a date with or without a time; without a zone it is this machine's.
 *
 * @returns ISO 8601 in UTC, as the platform takes it
 */
export function readMoment(written: string, now = new Date()): string {
  if (/^(\d+[smhd])+$/.test(written))
    return new Date(now.getTime() - secondsOf(written) * 1000).toISOString();
  // A date alone is UTC to `Date`, but this machine's midnight to its owner.
  const date = new Date(/^\d{4}-\d\d-\d\d$/.test(written) ? `${written}T00:00` : written);
  if (/^\d{4}-\d\d-\d\d/.test(written) && !Number.isNaN(date.getTime())) return date.toISOString();
  throw usage(
    `"${written}" is no time.`,
    'Write how long ago (10m, 2h, 1d) or when (2026-11-24, 2026-11-24T10:00, 2026-11-24T10:00:00Z).',
  );
}
