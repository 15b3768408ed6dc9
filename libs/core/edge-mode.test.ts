import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { edgeMode, edgeModeRules, edgeModes, initialEdgeState, type EdgeState } from './edge-mode.js';

const rules = edgeModeRules;

/** Feeds one rate a second and returns the modes that followed. */
function run(
  rates: readonly number[],
  from: EdgeState = initialEdgeState(0),
): { state: EdgeState; modes: string[] } {
  let state = from;
  const modes = rates.map((requestsPerSecond, second) => {
    state = edgeMode({ requestsPerSecond, canGoDirect: true }, second * 1_000, state);
    return state.mode;
  });
  return { state, modes };
}

describe('edgeMode', () => {
  it('gives an app its own router after two busy seconds, not after one', () => {
    expect(run([0, 50, 50, 0]).modes).toEqual(['activator', 'activator', 'activator', 'activator']);
    expect(run([0, 50, 50, 50]).modes.at(-1)).toBe('direct');
  });

  it('takes the router back only after a quiet minute', () => {
    const busy = [50, 50, 50];
    const quiet = (seconds: number) => [...busy, ...new Array<number>(seconds).fill(0)];
    expect(run(quiet(60)).modes.at(-1)).toBe('direct');
    expect(run(quiet(63)).modes.at(-1)).toBe('activator');
  });

  it('starts the quiet minute again whenever the app is busy in between', () => {
    const rates = [50, 50, 50, ...new Array<number>(40).fill(0), 9, ...new Array<number>(40).fill(0)];
    expect(run(rates).modes.at(-1)).toBe('direct');
  });

  it('leaves the direct way at once when the app cannot take requests there', () => {
    const { state } = run([50, 50, 50]);
    expect(edgeMode({ requestsPerSecond: 900, canGoDirect: false }, 3_001, state).mode).toBe('activator');
  });

  it('never changes while the rate stays between the two thresholds', () => {
    const between = fc.array(fc.double({ min: rules.downRate, max: rules.upRate - 0.001, noNaN: true }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(between, fc.constantFrom('activator' as const, 'direct' as const), (rates, mode) => {
        const { modes } = run(rates, { mode, since: -1e9, changeWantedSince: null });
        expect(new Set(modes)).toEqual(new Set([mode]));
      }),
    );
  });

  it('stays on the direct way for at least the minimum, whatever the rates', () => {
    const rates = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 10, maxLength: 300 });
    fc.assert(
      fc.property(rates, (values) => {
        const { modes } = run(values);
        let since: number | null = null;
        modes.forEach((mode, second) => {
          if (mode === 'direct') since ??= second;
          else if (since !== null) {
            expect((second - since) * 1_000).toBeGreaterThanOrEqual(rules.minStayMs);
            since = null;
          }
        });
      }),
    );
  });

  it('needs at least the waiting time of each threshold between two changes', () => {
    const rates = fc.array(fc.constantFrom(0, 4.9, 5, 19.9, 20, 500), { minLength: 10, maxLength: 400 });
    fc.assert(
      fc.property(rates, (values) => {
        const changes = run(values).modes.filter(
          (mode, index, modes) => index > 0 && mode !== modes[index - 1],
        ).length;
        expect(changes).toBeLessThanOrEqual(
          1 + (2 * values.length * 1_000) / (rules.minStayMs + rules.upForMs),
        );
      }),
    );
  });
});

describe('edgeModes', () => {
  const app = (appId: string, requestsPerSecond: number, state: EdgeState) => ({
    appId,
    metrics: { requestsPerSecond, canGoDirect: true },
    state,
  });
  const eager: EdgeState = { mode: 'activator', since: 0, changeWantedSince: 0 };
  const direct: EdgeState = { mode: 'direct', since: 0, changeWantedSince: null };

  it('gives the last free router to the busiest', () => {
    const modes = edgeModes([app('a', 30, eager), app('b', 300, eager), app('c', 50, direct)], 10_000, {
      ...rules,
      maxDirect: 2,
    });
    expect([...modes].filter(([, state]) => state.mode === 'direct').map(([id]) => id)).toEqual(['b', 'c']);
  });

  it('never makes more routers than allowed, and never throws one out for another', () => {
    const apps = fc.array(fc.tuple(fc.double({ min: 0, max: 500, noNaN: true }), fc.boolean()), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(apps, fc.nat(10), (specs, maxDirect) => {
        const list = specs.map(([rate, isDirect], index) => app(`${index}`, rate, isDirect ? direct : eager));
        const before = specs.filter(([, isDirect]) => isDirect).length;
        const modes = edgeModes(list, 10_000, { ...rules, maxDirect });
        const after = [...modes.values()].filter((state) => state.mode === 'direct').length;
        expect(after).toBeLessThanOrEqual(Math.max(maxDirect, before));
        for (const each of list) {
          if (each.state.mode === 'direct') expect(modes.get(each.appId)?.mode).toBe('direct');
        }
      }),
    );
  });
});
