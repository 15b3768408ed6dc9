import { describe, expect, it } from 'vitest';
import { byAppId, TrafficMeter } from './traffic.js';

const counters = (requests: number, errors = 0, buckets = [requests]) => ({ requests, errors, buckets });

describe('traffic between two readings', () => {
  it('is what was counted since', () => {
    const meter = new TrafficMeter();
    expect(meter.read(new Map([['a', counters(5, 1)]])).get('a')).toEqual({
      requests: 5,
      errors: 1,
      buckets: [5],
      seconds: 0,
    });
    expect(meter.read(new Map([['a', counters(8, 1)]])).get('a')).toEqual({
      requests: 3,
      errors: 0,
      buckets: [3],
      seconds: 0,
    });
  });

  it('is all that is shown after the counting process was restarted', () => {
    const meter = new TrafficMeter();
    meter.read(new Map([['a', counters(100)]]));
    expect(meter.read(new Map([['a', counters(7)]])).get('a')?.requests).toBe(7);
  });

  it('adds the instances of an app', () => {
    const stats = {
      epoch: 1,
      generation: 1,
      instances: {
        i: { appId: 'a', inFlight: 0, ...counters(2) },
        j: { appId: 'a', inFlight: 1, ...counters(3, 1) },
      },
    };
    expect(byAppId(stats).get('a')).toEqual({ requests: 5, errors: 1, buckets: [5] });
  });
});
