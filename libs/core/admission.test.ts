import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdBuild, waitingText, type AdmissionLimits, type HostPressure } from './admission.js';

const limits: AdmissionLimits = {
  concurrency: 3,
  minFreeMemoryMb: 256,
  minFreeDiskMb: 1000,
  buildMemoryMb: 2000,
  maxLoadPerCpu: 4,
};
const calm: HostPressure = { availableMb: 8000, freeDiskMb: 50_000, loadPerCpu: 0.5 };
const pressure = fc.record({
  availableMb: fc.integer({ min: 0, max: 9000 }),
  freeDiskMb: fc.integer({ min: 0, max: 9000 }),
  loadPerCpu: fc.double({ min: 0, max: 50, noNaN: true }),
});

describe('admission', () => {
  it('never keeps the first build from a host for its load, only for want of memory', () => {
    fc.assert(
      fc.property(pressure, (now) => {
        const hold = holdBuild(now, 0, limits);
        expect(hold?.reason).toBe(now.availableMb >= 256 ? undefined : 'memory');
      }),
    );
  });

  it('holds a build whenever it would hold it on a calmer host with fewer builds', () => {
    fc.assert(
      fc.property(pressure, pressure, fc.nat(4), fc.nat(4), (a, b, running, more) => {
        const worse: HostPressure = {
          availableMb: Math.min(a.availableMb, b.availableMb),
          freeDiskMb: Math.min(a.freeDiskMb, b.freeDiskMb),
          loadPerCpu: Math.max(a.loadPerCpu, b.loadPerCpu),
        };
        if (holdBuild(a, running, limits) !== null)
          expect(holdBuild(worse, running + more, limits)).not.toBeNull();
      }),
    );
  });

  it.each([
    [3, calm, 'slots', '3 of 3'],
    [1, { ...calm, freeDiskMb: 999 }, 'disk', '999 MiB'],
    [0, { ...calm, availableMb: 255 }, 'memory', '255 MiB'],
    [1, { ...calm, availableMb: 1255 }, 'memory', '1256 MiB'],
    [1, { ...calm, loadPerCpu: 4.5 }, 'load', '4.5'],
  ] as const)('with %d builds under way says why and how much: %j', (running, now, reason, figure) => {
    const hold = holdBuild(now, running, limits);
    expect(hold?.reason).toBe(reason);
    expect(waitingText(2, 5, hold)).toMatch(/^Waiting to be built: 2 of 5 in line\. /);
    expect(waitingText(2, 5, hold)).toContain(figure);
  });
});
