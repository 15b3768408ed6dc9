import { describe, expect, it } from 'vitest';
import { autoscaleText } from './autoscale.js';

const fixed = {
  enabled: false,
  min: 0,
  max: 2,
  wanted: 2,
  concurrency: null,
  requestsPerSecond: null,
  cpuPercent: null,
};

describe('autoscaleText', () => {
  it.each([
    [fixed, 2, '2, fixed'],
    [{ ...fixed, concurrency: 5, cpuPercent: 70 }, 2, '2, fixed; each at most 5 requests at a time'],
    [{ ...fixed, enabled: true, max: 8 }, 1, '1 to 8 by load, 2 now'],
    [
      { ...fixed, enabled: true, min: 2, max: 8, concurrency: 50, requestsPerSecond: 90, cpuPercent: 70 },
      1,
      '2 to 8 by load, 2 now; each at most 50 requests at a time, 90 requests per second, 70 % of its CPU',
    ],
    [{ ...fixed, wanted: 0 }, 0, 'none: turned off'],
  ])('says what decides: %j', (autoscale, web, text) => {
    expect(autoscaleText({ autoscale, scale: { web } })).toBe(text);
  });
});
