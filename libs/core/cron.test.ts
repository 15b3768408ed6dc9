import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fire, isTimezone, lateAfterMs, nextSlot, scheduleProblem } from './cron.js';

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Asia/Shanghai',
];
const instant = fc.date({ min: new Date('2024-01-01'), max: new Date('2030-01-01'), noInvalidDate: true });
const zone = fc.constantFrom(...zones);

/** Hour and minute on the clocks of a time zone. */
function clock(at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(at);
}

describe('nextSlot', () => {
  it('is always after the moment that it is asked about, on a whole minute', () => {
    fc.assert(
      fc.property(
        instant,
        zone,
        fc.constantFrom('*/7 * * * *', '30 2 * * *', '@daily', '5 4 * * 1-5'),
        (at, tz, schedule) => {
          const next = nextSlot(schedule, tz, at);
          expect(next).not.toBeNull();
          expect(next!.getTime()).toBeGreaterThan(at.getTime());
          expect(next!.getTime() % 60_000).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is one chain: whatever moment one starts from, the moments that follow are the same', () => {
    fc.assert(
      fc.property(instant, zone, fc.nat(3 * 24 * 60), (at, tz, minutes) => {
        const schedule = '15 */3 * * *';
        const later = new Date(at.getTime() + minutes * 60_000);
        let slot = nextSlot(schedule, tz, at)!;
        while (slot <= later) slot = nextSlot(schedule, tz, slot)!;
        expect(slot).toEqual(nextSlot(schedule, tz, later));
      }),
      { numRuns: 30 },
    );
  });

  it('comes once on each day at a time of day, whatever is done to the clocks', () => {
    fc.assert(
      fc.property(instant, zone, fc.integer({ min: 0, max: 23 }), (at, tz, hour) => {
        let slot = nextSlot(`30 ${hour} * * *`, tz, at)!;
        for (let day = 0; day < 5; day++) {
          const next = nextSlot(`30 ${hour} * * *`, tz, slot)!;
          const hours = (next.getTime() - slot.getTime()) / 3600_000;
          expect(hours).toBeGreaterThanOrEqual(22.5);
          expect(hours).toBeLessThanOrEqual(25.5);
          slot = next;
        }
      }),
      { numRuns: 40 },
    );
  });

  it('runs what falls into the hour that is left out right after it, and the repeated hour once', () => {
    const after = (text: string) => nextSlot('30 2 * * *', 'Europe/Berlin', new Date(text))!;
    expect(clock(after('2026-03-28T12:00:00Z'), 'Europe/Berlin')).toBe('03:00');
    const first = after('2026-10-24T12:00:00Z');
    expect(first.toISOString()).toBe('2026-10-25T00:30:00.000Z');
    expect(after(first.toISOString()).toISOString()).toBe('2026-10-26T01:30:00.000Z');
  });
});

describe('scheduleProblem', () => {
  it.each(['* * * * *', '*/5 * * * *', '0 3 * * MON-FRI', '@daily', '0 0 29 2 *'])('takes %s', (schedule) => {
    expect(scheduleProblem(schedule, 'Europe/Berlin')).toBeNull();
  });

  it.each(['', '* * * *', '* * * * * *', '61 * * * *', '0 0 30 2 *', '@reboot', 'every day', '@midnight'])(
    'says what is wrong with "%s"',
    (schedule) => {
      expect(scheduleProblem(schedule, 'UTC')).toMatch(/Write minute/);
    },
  );

  it('knows a time zone from a typing error', () => {
    expect(['Europe/Berlin', 'UTC', 'Mars/Olympus', ''].map(isTimezone)).toEqual([true, true, false, false]);
  });
});

describe('fire', () => {
  const entry = { schedule: '*/5 * * * *', timezone: 'UTC', overlap: false, missed: 'run' as const };

  it('makes one run of all moments that passed, and is next due after now', () => {
    fc.assert(
      fc.property(
        instant,
        fc.nat(30 * 24 * 3600_000),
        fc.constantFrom('run' as const, 'skip' as const),
        (at, late, missed) => {
          const slot = nextSlot(entry.schedule, entry.timezone, at)!;
          const now = new Date(slot.getTime() + late);
          const firing = fire({ ...entry, missed }, { slot, now, unfinished: 0 });
          expect(firing.nextAt!.getTime()).toBeGreaterThan(now.getTime());
          expect(firing.skipped).toBe(missed === 'skip' && late >= lateAfterMs ? 'missed' : null);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('lets no run begin beside another one unless that is allowed', () => {
    const slot = new Date('2026-01-01T00:05:00Z');
    const at = { slot, now: slot, unfinished: 1 };
    expect(fire(entry, at).skipped).toBe('overlap');
    expect(fire({ ...entry, overlap: true }, at).skipped).toBeNull();
  });
});
