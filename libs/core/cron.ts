import { Cron } from 'croner';

/**
 * A moment that a schedule names is late by so much, ms: Berth was down, and the entry's `missed` decides. Below it, it was only
 * busy.
 */
export const lateAfterMs = 60_000;

const nicknames = ['@hourly', '@daily', '@weekly', '@monthly', '@yearly'];

/**
 * What is wrong with a schedule, as the end of a sentence that begins with its name; null when it is right. Five fields (minute,
 * hour, day of month, month, day of week) or a nickname.
 */
export function scheduleProblem(schedule: string, timezone: string): string | null {
  if (!isTimezone(timezone)) return null;
  const example = 'Write minute, hour, day, month and day of week, as in "*/5 * * * *"';
  if (schedule.startsWith('@') && !nicknames.includes(schedule))
    return `is not a schedule. ${example}, or one of ${nicknames.join(', ')}`;
  try {
    // A day that never comes, such as the 30th of February.
    if (nextSlot(schedule, timezone, new Date(0)) === null)
      return `names a moment that never comes. ${example}`;
    return null;
  } catch {
    return `is not a schedule. ${example}`;
  }
}

/** Does the runtime's own database of time zones know it? */
export function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/**
 * The first moment after `after` that a schedule names; null when there is none. When clocks are set forward, what falls into the
 * hour that is left out comes right after it; when they are set back, a time of day comes once and an interval goes on.
 */
export function nextSlot(schedule: string, timezone: string, after: Date): Date | null {
  return new Cron(schedule, { timezone, mode: '5-part', paused: true }).nextRun(after);
}

/** What an entry that is due comes to. */
export interface Firing {
  /** null: a run. Otherwise why there is none. */
  skipped: 'missed' | 'overlap' | null;
  /** When it is due again; null: never. */
  nextAt: Date | null;
}

/**
 * Decides about an entry whose next moment `slot` has come. However many moments passed while Berth was down, they come to one
 * run at most: the next moment is after `now`.
 */
export function fire(
  entry: { schedule: string; timezone: string; overlap: boolean; missed: 'run' | 'skip' },
  { slot, now, unfinished }: { slot: Date; now: Date; unfinished: number },
): Firing {
  const nextAt = nextSlot(entry.schedule, entry.timezone, now > slot ? now : slot);
  const late = now.getTime() - slot.getTime() >= lateAfterMs;
  if (late && entry.missed === 'skip') return { skipped: 'missed', nextAt };
  if (!entry.overlap && unfinished > 0) return { skipped: 'overlap', nextAt };
  return { skipped: null, nextAt };
}
