import { describe, expect, it } from 'vitest';
import { replay } from '#bench/simulate/replay.js';
import { simulate, usual } from '#bench/simulate/run.js';
import { at, table } from '#bench/simulate/table.js';
import { fixedScaler } from '#bench/simulate/scalers.js';
import { traces } from '#bench/simulate/traces.js';

const app = { concurrency: 1, held: 2, heldSeconds: 5 };

describe('replay', () => {
  it('has a request wait while every instance is full, and refuses it when it cannot wait', () => {
    const arrivals = [0.1, 0.2, 0.3, 0.4].map((time) => ({ at: time, seconds: 1 }));
    const { waits, refused, instanceSeconds } = replay(arrivals, 4, fixedScaler(1), app);
    expect(waits.map((wait) => wait.toFixed(1))).toEqual(['0.0', '0.9', '1.8']);
    expect(refused).toBe(1);
    expect(instanceSeconds).toBeCloseTo(4);
  });

  it('lets what an instance works on finish when it is taken away', () => {
    const down = {
      name: 'down',
      startSeconds: 0,
      decide: ({ seconds }: { seconds: number }) => (seconds < 2 ? 2 : 1),
    };
    const arrivals = [1, 1.1].map((time) => ({ at: time, seconds: 5 }));
    const { waits, instanceSeconds, changes } = replay(arrivals, 8, down, app);
    expect(waits).toEqual([0, 0]);
    expect(instanceSeconds).toBeCloseTo(8 + 6.1);
    expect(changes).toBe(2);
  });
});

describe('the autoscaler, with two seconds to start an instance', () => {
  // Bounds a little above what was measured; the ideal scaler knows the future and starts in no time.
  const bounds: Record<string, { cost: number; p99: number; refused: number }> = {
    steady: { cost: 1.3, p99: 0.1, refused: 0 },
    ramp: { cost: 1.2, p99: 0.05, refused: 0 },
    spike: { cost: 2.6, p99: 4, refused: 0 },
    daily: { cost: 1.2, p99: 0.05, refused: 0 },
    flapping: { cost: 2.8, p99: 0.7, refused: 0 },
  };

  it.each(traces)('$name: few wait, none for long, at a cost near the ideal', (trace) => {
    const lines = simulate(trace, usual);
    const [berth, ideal] = lines;
    const bound = bounds[trace.name] ?? { cost: 0, p99: 0, refused: 0 };
    expect(at(ideal?.result.waits ?? [1], 1)).toBe(0);
    expect(berth?.result.waits.length).toBeGreaterThan(10_000);
    expect((berth?.result.instanceSeconds ?? 0) / (berth?.idealSeconds ?? 1)).toBeLessThan(bound.cost);
    expect(at(berth?.result.waits ?? [], 0.99)).toBeLessThan(bound.p99);
    expect((berth?.result.refused ?? 0) / (berth?.result.requests ?? 1)).toBeLessThanOrEqual(bound.refused);
    expect(table(lines)).toContain(trace.name);
  });

  it('has the first of a spike wait little longer than any rule must whose instances have to start', () => {
    const spike = traces.filter(({ name }) => name === 'spike');
    const lines = spike.flatMap((trace) => simulate(trace, usual));
    const longest = (scaler: string) =>
      at(lines.find((line) => line.scaler === scaler)?.result.waits ?? [], 1);
    expect(longest('prompt')).toBeGreaterThan(usual.startSeconds);
    expect(longest('berth')).toBeLessThan(longest('prompt') + 0.5);
  });

  it('is repeatable', () => {
    const spike = traces.filter(({ name }) => name === 'spike');
    expect(spike.map((trace) => simulate(trace, usual))).toEqual(
      spike.map((trace) => simulate(trace, usual)),
    );
  });
});
