import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideRollout, rolloutRules, rolloutShares, type ReleaseSample } from './rollout.js';

const bounds = [0.01, 0.1, 1];
const rules = { ...rolloutRules, stepMs: 60_000 };

/** So many requests, so many of them failed, all of them about so slow (the bucket's number). */
function sample(requests: number, errors = 0, bucket = 0): ReleaseSample {
  return { requests, errors, buckets: [0, 1, 2, 3].map((index) => (index >= bucket ? requests : 0)) };
}

const anySample = fc
  .record({ requests: fc.nat(5_000), failed: fc.double({ min: 0, max: 1, noNaN: true }), bucket: fc.nat(3) })
  .map(({ requests, failed, bucket }) => sample(requests, Math.floor(requests * failed), bucket));
const anyView = fc.record({
  percent: fc.constantFrom(...rolloutShares),
  sinceMs: fc.nat(600_000),
  fresh: anySample,
  old: anySample,
});

describe('progressive delivery', () => {
  it('goes through its shares in order, one at a time, and ends', () => {
    const seen: number[] = [];
    let percent: number = rolloutShares[0];
    for (let step = 0; step < 10; step += 1) {
      seen.push(percent);
      const decision = decideRollout(
        { percent, sinceMs: 60_000, fresh: sample(100), old: sample(100) },
        bounds,
        rules,
      );
      if (decision.do !== 'advance') break;
      percent = decision.percent;
    }
    expect(seen).toEqual([5, 25, 100]);
  });

  it('never goes on before the time of the step is over', () => {
    fc.assert(
      fc.property(anyView, (view) => {
        fc.pre(view.sinceMs < rules.stepMs);
        expect(['wait', 'return']).toContain(decideRollout(view, bounds, rules).do);
      }),
    );
  });

  it('never goes back for a release that does exactly as the old one', () => {
    fc.assert(
      fc.property(anyView, (view) => {
        const decision = decideRollout({ ...view, fresh: view.old }, bounds, rules);
        expect(decision.do).not.toBe('return');
      }),
    );
  });

  it('goes back the sooner the more fails: an error more never turns a return into going on', () => {
    fc.assert(
      fc.property(anyView, fc.nat(5_000), (view, more) => {
        fc.pre(decideRollout(view, bounds, rules).do === 'return');
        const errors = Math.min(view.fresh.requests, view.fresh.errors + more);
        expect(decideRollout({ ...view, fresh: { ...view.fresh, errors } }, bounds, rules).do).toBe('return');
      }),
    );
  });

  it('goes back at once when requests fail, and not for a chance failure', () => {
    const at = (fresh: ReleaseSample, old: ReleaseSample, sinceMs = 1_000) =>
      decideRollout({ percent: 5, sinceMs, fresh, old }, bounds, rules);
    expect(at(sample(10, 10), sample(200))).toMatchObject({ do: 'return', code: 'rollout_errors' });
    expect(at(sample(10, 10), sample(0))).toMatchObject({ do: 'return' });
    expect(at(sample(10, 2), sample(200))).toEqual({ do: 'wait' });
    // The old one fails as often.
    expect(at(sample(100, 30), sample(1_000, 300))).toEqual({ do: 'wait' });
  });

  it('goes back for a p95 well above the old one, at the end of the step', () => {
    const at = (bucket: number, sinceMs: number) =>
      decideRollout({ percent: 25, sinceMs, fresh: sample(100, 0, bucket), old: sample(900) }, bounds, rules);
    expect(at(2, 1_000)).toEqual({ do: 'wait' });
    expect(at(2, 60_000)).toMatchObject({
      ...{ do: 'return', code: 'rollout_slow' },
      reason: expect.stringContaining('up to 955 ms'),
    });
    expect(at(0, 60_000)).toEqual({ do: 'advance', percent: 100 });
  });

  it('waits for visitors, but not for ever', () => {
    const at = (sinceMs: number) =>
      decideRollout({ percent: 5, sinceMs, fresh: sample(3), old: sample(9) }, bounds, rules).do;
    expect([at(60_000), at(299_000), at(300_000)]).toEqual(['wait', 'wait', 'advance']);
  });
});
