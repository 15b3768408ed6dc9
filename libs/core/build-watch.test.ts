import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { breachText, BuildWatch, mostGrown, waitedMs, type BuildSample } from './build-watch.js';

const limits = { pids: 100, diskMb: 1000, minFreeDiskMb: 500 };
const calm: BuildSample = { at: 0, freeDiskMb: 10_000, pids: 5, refusedForks: 0, memoryKills: 0 };

describe('the watch over a build', () => {
  it('lets every build go on that stays within its limits, however close it comes', () => {
    const sample = fc.record({
      freeDiskMb: fc.integer({ min: 9_000, max: 20_000 }),
      pids: fc.integer({ min: 0, max: 100 }),
      memoryKills: fc.integer({ min: 0, max: 9 }),
    });
    fc.assert(
      fc.property(fc.array(sample), (samples) => {
        const watch = new BuildWatch(limits, calm);
        samples.forEach((one, index) =>
          expect(watch.see({ ...calm, ...one, at: (index + 1) * 250 })).toBeNull(),
        );
      }),
    );
  });

  it('stops a build that writes more than it may, or leaves the host too little', () => {
    expect(new BuildWatch(limits, calm).see({ ...calm, freeDiskMb: 8_999 })).toBe('disk_budget');
    expect(new BuildWatch(limits, { ...calm, freeDiskMb: 600 }).see({ ...calm, freeDiskMb: 499 })).toBe(
      'disk_host',
    );
  });

  it('stops a build that is refused forks all the time, and not one that met the limit now and then', () => {
    const bomb = new BuildWatch(limits, calm);
    const verdicts = Array.from({ length: 20 }, (_, index) =>
      bomb.see({ ...calm, at: (index + 1) * 250, pids: 100, refusedForks: index + 1 }),
    );
    expect(verdicts.slice(0, 10).every((verdict) => verdict === null)).toBe(true);
    expect(verdicts.at(-1)).toBe('pids');
    const busy = new BuildWatch(limits, calm);
    for (let index = 1; index < 40; index += 1) {
      const refusedForks = Math.floor(index / 2);
      expect(busy.see({ ...calm, at: index * 250, pids: 100, refusedForks })).toBeNull();
    }
  });

  it('stops a build whose processes are killed for memory again and again', () => {
    expect(new BuildWatch(limits, calm).see({ ...calm, memoryKills: 10 })).toBe('memory');
  });

  it('names the limit and who can raise it', () => {
    const all = { ...limits, memoryMb: 512, cpus: 1, seconds: 900 };
    for (const breach of ['memory', 'pids', 'disk_budget', 'disk_host'] as const) {
      const { message, hint } = breachText(breach, all);
      expect(message).toMatch(/\b(?:512|100|1000|500)\b/);
      expect(hint).toMatch(/BERTH_(?:BUILD|MIN)_/);
    }
  });
});

it('time counts against a build unless a command of it wanted the processor and others had it', () => {
  expect(waitedMs({ ms: 250, cpuMs: 50, wanting: true })).toBe(200);
  expect(waitedMs({ ms: 250, cpuMs: 0, wanting: false })).toBe(0);
  expect(waitedMs({ ms: 250, cpuMs: 380, wanting: true })).toBe(0);
});

describe('the build that ends when the host is short of disk', () => {
  const slow = { name: 'slow', writtenMb: 3000, grownMb: 1, since: 2 };
  const fast = { name: 'fast', writtenMb: 200, grownMb: 90, since: 1 };
  it('is the one that grows most, whoever wrote more before', () =>
    expect(mostGrown([slow, fast])).toBe(fast));

  it('is what wrote most, and else began last, where none grows', () => {
    const still = [slow, fast].map((each) => ({ ...each, grownMb: 0 }));
    expect(mostGrown(still)?.name).toBe('slow');
    expect(mostGrown(still.map((each) => ({ ...each, writtenMb: 0 })))?.name).toBe('slow');
    expect(mostGrown([])).toBeNull();
  });
});
