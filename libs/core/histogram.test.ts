import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { increase, quantile, together } from './histogram.js';

const bounds = [0.01, 0.1, 1];

/** The cumulative histogram of these observations. */
function histogram(values: readonly number[]): number[] {
  return [...bounds, Infinity].map((bound) => values.filter((value) => value <= bound).length);
}

describe('quantile', () => {
  it('is null without observations', () => expect(quantile(bounds, [0, 0, 0, 0], 0.5)).toBeNull());
  it('is linear within a bucket', () => expect(quantile(bounds, [0, 10, 10, 10], 0.5)).toBeCloseTo(0.055));
  it('says the highest bound when all that is known is "more"', () =>
    expect(quantile(bounds, [0, 0, 0, 4], 0.5)).toBe(1));

  it('lies in the bucket that holds the true quantile, and grows with q', () => {
    const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(values, fc.double({ min: 0.01, max: 1, noNaN: true }), (observed, q) => {
        const sorted = [...observed].sort((a, b) => a - b);
        const truth = sorted[Math.ceil(q * sorted.length) - 1] ?? 0;
        const bucket = bounds.findIndex((bound) => truth <= bound);
        const guess = quantile(bounds, histogram(observed), q) ?? -1;
        expect(guess).toBeGreaterThanOrEqual(bucket === 0 ? 0 : (bounds[bucket - 1] ?? 0));
        expect(guess).toBeLessThanOrEqual(bounds[bucket] ?? 0);
        expect(quantile(bounds, histogram(observed), 1)).toBeGreaterThanOrEqual(guess);
      }),
    );
  });
});

describe('increase', () => {
  it('is what came since, and everything after a reset', () => {
    expect(increase([1, 2, 3], [2, 4, 6])).toEqual([1, 2, 3]);
    expect(increase([5, 6, 7], [1, 1, 2])).toEqual([1, 1, 2]);
    expect(increase([], [1, 1, 2])).toEqual([1, 1, 2]);
  });

  it('and what was before make what is after', () => {
    const counts = fc.array(fc.nat(100), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(counts, counts, (before, more) => {
        expect(increase(before, together(before, more))).toEqual(more);
      }),
    );
  });
});
