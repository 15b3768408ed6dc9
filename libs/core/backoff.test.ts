import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterCrash, firstDelayMs, healthySpellMs, longestDelayMs, restartDelayMs } from './backoff.js';

describe('restart delay', () => {
  it('grows with each crash in a row and never passes the cap', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), (restarts) => {
        const delay = restartDelayMs(restarts);
        expect(delay).toBeGreaterThanOrEqual(firstDelayMs);
        expect(delay).toBeLessThanOrEqual(longestDelayMs);
        expect(restartDelayMs(restarts + 1)).toBeGreaterThanOrEqual(delay);
      }),
    );
    expect([0, 1, 2, 3, 20].map(restartDelayMs)).toEqual([500, 1000, 2000, 4000, 60_000]);
  });

  it('begins anew after a healthy spell, and only then', () => {
    const anyTime = fc.integer({ min: 0, max: 10 * healthySpellMs });
    fc.assert(
      fc.property(fc.nat(1000), anyTime, (restarts, lived) => {
        const { restarts: after, nextStartAt } = afterCrash({ restarts, readyAt: 1000 }, 1000 + lived);
        expect(after).toBe(lived >= healthySpellMs ? 1 : restarts + 1);
        expect(nextStartAt - (1000 + lived)).toBe(restartDelayMs(after - 1));
      }),
    );
  });

  it('counts on for an instance that never became ready', () => {
    expect(afterCrash({ restarts: 4, readyAt: null }, 0)).toEqual({ restarts: 5, nextStartAt: 8000 });
  });
});
