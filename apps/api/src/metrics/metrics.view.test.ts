import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { edgeBuckets } from '#libs/contracts/edge.js';
import { markOf, pointOf, stepFor } from './metrics.view.js';

describe('a chart of an app', () => {
  it('has at most 180 points for any span up to a day, and none shorter than a sample', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 86_400 }), (span) => {
        const step = stepFor(span);
        expect(step).toBeGreaterThanOrEqual(10);
        expect(span / step).toBeLessThanOrEqual(180);
      }),
    );
  });

  it('tells quantiles from all instances’ histograms together', () => {
    const upTo = (bound: number, many: number) =>
      [...edgeBuckets, Infinity].map((b) => (b >= bound ? many : 0));
    const buckets = upTo(0.005, 90).map((count, index) => count + (upTo(1, 10)[index] ?? 0));
    const point = pointOf({
      ...{
        at: new Date(0),
        requests: 100,
        errors: 1,
        cpu: 0.5,
        throttled: 0,
        memory: 1e6,
        instances: 2,
        buckets,
      },
    });
    expect(point.p50Ms).toBeLessThanOrEqual(5);
    expect(point.p95Ms).toBeGreaterThan(500);
    expect(point.p99Ms).toBeLessThanOrEqual(1000);
  });

  it('says nothing of response times where no request came', () => {
    const none = { at: new Date(0), requests: 0, errors: 0, cpu: 0, throttled: 0, memory: 0, instances: 1 };
    expect(pointOf({ ...none, buckets: edgeBuckets.map(() => 0).concat(0) }).p99Ms).toBeNull();
  });

  it('marks sleep, waking, releases and autoscaling, and passes over what it cannot read', () => {
    const at = new Date(0);
    expect(markOf({ at, kind: 'app.sleep', data: { tier: 'running' } })?.kind).toBe('awake');
    expect(markOf({ at, kind: 'app.sleep', data: { tier: 'frozen' } })?.kind).toBe('frozen');
    expect(markOf({ at, kind: 'release.live', data: { number: 7 } })?.value).toBe(7);
    expect(markOf({ at, kind: 'app.autoscaled', data: { from: 1, to: 3 } })?.value).toBe(3);
    expect(markOf({ at, kind: 'app.sleep', data: {} })).toBeNull();
  });
});
