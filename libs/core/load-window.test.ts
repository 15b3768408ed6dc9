import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addLongRequests, averageLoad, recentLoad, type LoadSample } from './load-window.js';

const at = (seconds: number, concurrency: number | null): LoadSample => ({
  at: seconds * 1_000,
  seconds: 2,
  concurrency,
  requestsPerSecond: null,
  cores: null,
});

describe('averageLoad', () => {
  it('weighs each sample by the time of the window that it covers, and leaves out what is unknown', () => {
    const samples = [at(2, 100), at(4, 10), at(6, null), at(8, 4)];
    expect(averageLoad(samples, 'concurrency', 8_000, 8_000)).toBeCloseTo(38);
    expect(averageLoad(samples, 'concurrency', 5_000, 8_000)).toBeCloseTo(6);
    expect(averageLoad(samples, 'cores', 8_000, 8_000)).toBeNull();
    expect(averageLoad([], 'concurrency', 8_000, 8_000)).toBeNull();
  });

  it('lies between the least and the most', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 30 }), (values) => {
        const samples = values.map((value, index) => at((index + 1) * 2, value));
        const average = averageLoad(samples, 'concurrency', 60_000, values.length * 2_000) ?? -1;
        expect(average).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
        expect(average).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
      }),
    );
  });
});

describe('addLongRequests', () => {
  it('counts a request once for all the time in which it ran, and no more', () => {
    const idle = Array.from({ length: 30 }, (_, index) => at((index + 1) * 2, 0));
    const hour = addLongRequests(idle, { count: 1, seconds: 3_600 }, 60_000);
    expect(hour.every(({ concurrency }) => concurrency === 1)).toBe(true);
    const short = addLongRequests(idle, { count: 3, seconds: 15 }, 60_000);
    expect(averageLoad(short, 'concurrency', 60_000, 60_000)).toBeCloseTo((3 * 15) / 60);
    expect(averageLoad(short, 'concurrency', 6_000, 60_000)).toBeCloseTo(3);
  });
});

describe('recentLoad', () => {
  it('drops what is too old, and what is from the future of a clock that went back', () => {
    expect(recentLoad([at(2, 1), at(4, 1), at(70, 1)], 60_000, 63_000)).toEqual([at(4, 1)]);
  });
});
