import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  autoscale,
  autoscaleRules as rules,
  initialAutoscale,
  type AutoscaleSettings,
  type AutoscaleState,
} from './autoscale.js';
import type { LoadSample } from '#libs/core/load-window.js';

const tick = 2_000;
const settings: AutoscaleSettings = {
  min: 1,
  max: 20,
  concurrency: 10,
  requestsPerSecond: null,
  cores: null,
};

function sampleAt(at: number, load: Partial<LoadSample>): LoadSample {
  return { at, seconds: tick / 1_000, concurrency: 0, requestsPerSecond: null, cores: null, ...load };
}

interface Step {
  wanted: number;
  ready: number;
  /** Instances at the next tick. */
  instances: number;
  state: AutoscaleState;
}

/** Runs the rule over loads, two seconds apart; what is wanted is ready `startTicks` later. */
function run(
  loads: readonly (number | null)[],
  options: { settings?: AutoscaleSettings; startTicks?: number; first?: number } = {},
): Step[] {
  const { settings: of = settings, startTicks = 1, first = 1 } = options;
  let state = initialAutoscale(first, 0);
  let wanted = first;
  const past: number[] = [];
  return loads.map((concurrency, index) => {
    const now = (index + 1) * tick;
    const ready = Math.min(wanted, ...past.slice(-startTicks), past.length === 0 ? first : wanted);
    const load = concurrency === null ? null : sampleAt(now, { concurrency });
    const next = autoscale(of, { now, load, ready, wanted }, state);
    const step = { wanted, ready, instances: next.instances, state: next.state };
    ({ state } = next);
    wanted = next.instances;
    past.push(wanted);
    return step;
  });
}

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
const last = (steps: Step[]): number => steps.at(-1)?.instances ?? 0;
const anyLoads = fc.array(fc.option(fc.double({ min: 0, max: 500, noNaN: true }), { freq: 8 }), {
  minLength: 1,
  maxLength: 80,
});
const anySettings = fc
  .record({ low: fc.integer({ min: 0, max: 20 }), high: fc.integer({ min: 1, max: 20 }) })
  .map(({ low, high }) => ({ ...settings, min: Math.min(low, high), max: high }));

describe('autoscale', () => {
  it('stays between min and max, and always leaves one', () => {
    fc.assert(
      fc.property(anyLoads, anySettings, fc.integer({ min: 1, max: 5 }), (loads, of, startTicks) => {
        for (const { instances } of run(loads, { settings: of, startTicks })) {
          expect(instances).toBeGreaterThanOrEqual(Math.max(1, of.min));
          expect(instances).toBeLessThanOrEqual(of.max);
        }
      }),
    );
  });

  it('comes to rest at ceil(load / 70 % of the limit) under steady load, and then never moves', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 139, noNaN: true }),
        fc.integer({ min: 1, max: 20 }),
        (load, first) => {
          const right = Math.max(1, Math.ceil(load / 7));
          const steps = run(times(200, load), { first });
          for (const { instances } of steps.slice(120)) expect(instances).toBe(right);
        },
      ),
    );
  });

  it('grows in one step at most to four times what is ready, and shrinks at most to half of it', () => {
    fc.assert(
      fc.property(anyLoads, fc.integer({ min: 1, max: 5 }), (loads, startTicks) => {
        for (const { wanted, ready, instances } of run(loads, { startTicks })) {
          expect(instances).toBeLessThanOrEqual(
            Math.max(wanted, Math.ceil(rules.maxScaleUpRate * Math.max(1, ready))),
          );
          if (instances < wanted)
            expect(instances).toBeGreaterThanOrEqual(Math.floor(ready / rules.maxScaleDownRate));
        }
      }),
    );
  });

  it('gives nothing up in a panic', () => {
    fc.assert(
      fc.property(anyLoads, (loads) => {
        for (const { wanted, instances, state } of run(loads))
          if (state.panicAt !== null) expect(instances).toBeGreaterThanOrEqual(wanted);
      }),
    );
  });

  it('gives an instance up only when fewer were wanted for the whole delay', () => {
    fc.assert(
      fc.property(anyLoads, (loads) => {
        const steps = run(loads);
        const ticks = rules.scaleDownDelayMs / tick;
        steps.forEach(({ instances, state }, index) => {
          for (const earlier of steps.slice(Math.max(0, index - ticks + 1), index))
            expect(instances).toBeGreaterThanOrEqual(earlier.state.wishes.at(-1)?.instances ?? 0);
          expect(state.wishes.length).toBeLessThanOrEqual(ticks);
          expect(state.samples.length).toBeLessThanOrEqual(rules.stableMs / tick);
        });
      }),
    );
  });

  it('asks for no fewer when the load is higher all the time', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 300, noNaN: true }), { minLength: 1, maxLength: 60 }),
        fc.double({ min: 1, max: 3, noNaN: true }),
        (loads, factor) => {
          // With as many ready as wanted and a rate that bounds nothing, only load speaks.
          const free = { ...rules, maxScaleUpRate: 1_000, maxScaleDownRate: 1_000 };
          const wants = (all: number[]) => {
            let state = initialAutoscale(1, 0);
            return all.map((concurrency, index) => {
              const now = (index + 1) * tick;
              const input = { now, load: sampleAt(now, { concurrency }), ready: 1, wanted: 1 };
              const next = autoscale(settings, input, state, free);
              ({ state } = next);
              return next.instances;
            });
          };
          const low = wants(loads);
          wants(loads.map((load) => load * factor)).forEach((many, index) =>
            expect(many).toBeGreaterThanOrEqual(low[index] ?? 0),
          );
        },
      ),
    );
  });

  it('is a function of its input: the same again gives the same, and nothing is changed in place', () => {
    fc.assert(
      fc.property(anyLoads, (loads) => {
        const [first, second] = [run(loads), run(loads)];
        expect(second).toEqual(first);
        const frozen = Object.freeze({ ...(first.at(-1)?.state ?? initialAutoscale(1, 0)) });
        const copy = structuredClone(frozen);
        autoscale(
          settings,
          { now: 1e6, load: sampleAt(1e6, { concurrency: 3 }), ready: 1, wanted: 1 },
          frozen,
        );
        expect(frozen).toEqual(copy);
      }),
    );
  });

  it('answers a spike within one panic window, and gives it up in steps once the stable window and the delay are over', () => {
    const steps = run([...times(30, 2), ...times(10, 70), ...times(90, 2)]);
    expect(steps[29]?.instances).toBe(1);
    // Four times as many at once, and what the spike needs as soon as those are ready.
    expect(steps[30]?.instances).toBe(4);
    expect(steps[34]?.instances).toBe(10);
    const secondsAfter = (steps.slice(40).findIndex(({ instances }) => instances === 1) * tick) / 1_000;
    expect(secondsAfter).toBeGreaterThanOrEqual(60);
    expect(secondsAfter).toBeLessThanOrEqual(160);
    expect(last(steps)).toBe(1);
  });

  it('keeps the number while nothing is known of the load', () => {
    expect(last(run(times(100, null), { first: 5 }))).toBe(5);
    expect(last(run([...times(60, 35), null, null]))).toBe(5);
  });

  it('keeps what runs after a restart until a stable window of load is known', () => {
    const steps = run(times(100, 0), { first: 6 });
    expect(steps[29]?.instances).toBe(6);
    expect(last(steps)).toBe(1);
  });

  it('does not give instances up because they crashed', () => {
    let state = initialAutoscale(1, 0);
    let wanted = 1;
    for (let now = tick; now <= 200 * tick; now += tick) {
      const ready = now > 150 * tick ? 0 : wanted;
      const next = autoscale(
        settings,
        { now, load: sampleAt(now, { concurrency: 69 }), ready, wanted },
        state,
      );
      ({ state } = next);
      wanted = next.instances;
    }
    expect(wanted).toBe(10);
  });

  it('goes by the metric that asks for most: requests per second and cores count where they are set', () => {
    const many = { ...settings, requestsPerSecond: 100, cores: 0.5 };
    const of = (load: Partial<LoadSample>) => {
      let state = initialAutoscale(1, 0);
      let wanted = 1;
      for (let now = tick; now <= 200 * tick; now += tick) {
        const next = autoscale(many, { now, load: sampleAt(now, load), ready: wanted, wanted }, state);
        ({ state } = next);
        wanted = next.instances;
      }
      return wanted;
    };
    expect(of({ concurrency: 20, requestsPerSecond: 30, cores: 0.1 })).toBe(3);
    expect(of({ concurrency: 1, requestsPerSecond: 349, cores: 0.1 })).toBe(5);
    expect(of({ concurrency: 1, requestsPerSecond: 30, cores: 1.9 })).toBe(4);
    expect(of({ concurrency: 1, requestsPerSecond: 30, cores: null })).toBe(1);
  });
});
