import { describe, expect, it } from 'vitest';
import { edgeBuckets } from '#libs/contracts/edge.js';
import { appTraffic } from './app-traffic.js';
import type { Traffic } from './traffic.js';

/** Requests that took so long each, as Traefik counts them. */
function straight(...durations: number[]): Traffic {
  const buckets = [...edgeBuckets, Infinity].map((bound) => durations.filter((one) => one <= bound).length);
  return { requests: durations.length, errors: 0, buckets, seconds: durations.reduce((a, b) => a + b, 0) };
}

const of = (change: Partial<Parameters<typeof appTraffic>[0]>) =>
  appTraffic({
    activator: undefined,
    straight: undefined,
    open: 0,
    demandSeconds: 0,
    isKnown: true,
    ...change,
  });

describe('appTraffic', () => {
  it('adds both ways in: requests, and the time that they took', () => {
    const activator = { ...straight(1, 1), seconds: 0 };
    expect(of({ activator, straight: straight(0.5, 0.25), open: 3, demandSeconds: 4 })).toEqual({
      requests: 4,
      open: 3,
      busySeconds: 4.75,
      long: { count: 0, seconds: 0 },
    });
  });

  it('takes connections of hours out of the sum, so that their end is no burst', () => {
    const { busySeconds, long } = of({
      straight: straight(...Array.from({ length: 100 }, () => 0.008), 3_600),
    });
    expect(long.count).toBe(1);
    expect(long.seconds).toBeCloseTo(3_600, 0);
    expect(busySeconds).toBeCloseTo(0.8, 0);
  });

  it('knows nothing of the load at the first reading of a counter', () => {
    expect(of({ straight: straight(1, 60), isKnown: false })).toMatchObject({
      requests: 2,
      busySeconds: null,
      long: { count: 0 },
    });
  });
});
