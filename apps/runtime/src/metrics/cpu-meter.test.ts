import { describe, expect, it } from 'vitest';
import { CpuMeter } from './cpu-meter.js';

describe('CPU of an instance between two samples', () => {
  it('is told in cores, and how often its limit held it back', () => {
    const meter = new CpuMeter();
    const read = (at: number, cpuNanos: number, periods: number, throttledPeriods: number) =>
      meter.read('a', at, { cpuNanos, periods, throttledPeriods });
    expect(read(0, 5e9, 100, 90)).toEqual({ cpu: 0, throttled: 0 });
    expect(read(10_000, 10e9, 200, 165)).toEqual({ cpu: 0.5, throttled: 0.75 });
    // It stood still.
    expect(read(20_000, 10e9, 200, 165)).toEqual({ cpu: 0, throttled: 0 });
    // A new container counts from zero.
    expect(read(30_000, 1e9, 10, 10)).toEqual({ cpu: 0, throttled: 0 });
    expect(read(40_000, 2e9, 20, 10)).toEqual({ cpu: 0.1, throttled: 0 });
    meter.forget(new Set());
    expect(read(50_000, 3e9, 30, 20)).toEqual({ cpu: 0, throttled: 0 });
  });
});
