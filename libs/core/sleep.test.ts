import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  defaultSleepSettings,
  sleepTier,
  type SleepActivity,
  type SleepSettings,
  type SleepTier,
} from './sleep.js';

const quiet: SleepActivity = { open: 0, waiting: 0, lastActiveAt: 0 };
const tiers = fc.constantFrom<SleepTier>('running', 'frozen', 'stopped');
const times = fc.integer({ min: 0, max: 10_000_000 });
const settings: fc.Arbitrary<SleepSettings> = fc
  .tuple(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 0, max: 5_000 }))
  .map(([freeze, more]) => ({
    ...defaultSleepSettings,
    freezeAfterSeconds: freeze,
    stopAfterSeconds: freeze + more,
  }));

describe('sleepTier', () => {
  it('freezes after 30 quiet seconds and stops after 10 minutes unless the app says otherwise', () => {
    const at = (now: number, current: SleepTier) => sleepTier(defaultSleepSettings, quiet, current, now);
    expect(at(29_999, 'running')).toBe('running');
    expect(at(30_000, 'running')).toBe('frozen');
    expect(at(599_999, 'frozen')).toBe('frozen');
    expect(at(600_000, 'frozen')).toBe('stopped');
  });

  it('never lets an app sleep that has something open or waiting, however long ago it began', () => {
    const used = fc.oneof(
      fc.integer({ min: 1, max: 1_000 }).map((open) => ({ ...quiet, open })),
      fc.integer({ min: 1, max: 1_000 }).map((waiting) => ({ ...quiet, waiting })),
      fc.integer({ min: 1, max: 1_000 }).map((waiting) => ({ ...quiet, open: null, waiting })),
    );
    fc.assert(
      fc.property(settings, used, tiers, times, (rules, activity, current, now) => {
        expect(sleepTier(rules, activity, current, now)).toBe('running');
      }),
    );
  });

  it('keeps an app awake for a single open connection', () => {
    expect(sleepTier(defaultSleepSettings, { ...quiet, open: 1 }, 'running', 1e9)).toBe('running');
  });

  it('leaves a stopped app stopped where a running one would only be frozen', () => {
    expect(sleepTier(defaultSleepSettings, quiet, 'stopped', 60_000)).toBe('stopped');
  });

  it('never lets an app sleep that turned sleeping off', () => {
    fc.assert(
      fc.property(settings, tiers, times, (rules, current, now) => {
        expect(sleepTier({ ...rules, enabled: false }, quiet, current, now)).toBe('running');
      }),
    );
  });

  it('changes nothing while the use of an app is unknown', () => {
    fc.assert(
      fc.property(settings, tiers, times, (rules, current, now) => {
        expect(sleepTier(rules, { ...quiet, open: null }, current, now)).toBe(current);
      }),
    );
  });

  it('only sinks while an app stays quiet', () => {
    const depth: Record<SleepTier, number> = { running: 0, frozen: 1, stopped: 2 };
    fc.assert(
      fc.property(settings, fc.array(times, { minLength: 2, maxLength: 50 }), (rules, looks) => {
        let current: SleepTier = 'running';
        for (const now of looks.sort((a, b) => a - b)) {
          const next = sleepTier(rules, quiet, current, now);
          expect(depth[next]).toBeGreaterThanOrEqual(depth[current]);
          current = next;
        }
      }),
    );
  });

  it('changes nothing by a clock that went back', () => {
    fc.assert(
      fc.property(settings, tiers, times, (rules, current, back) => {
        expect(sleepTier(rules, { ...quiet, lastActiveAt: back + 1 }, current, 0)).toBe(current);
      }),
    );
  });
});
