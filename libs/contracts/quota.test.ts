import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultQuota, quotaOf } from '#libs/core/quota.js';
import { changedQuota, reservedBy, storedQuota, type ReservingApp, type ReservingRelease } from './quota.js';

const release = (of: Partial<ReservingRelease> = {}): ReservingRelease => ({
  ...{ processes: { web: [] }, manifest: null, memoryMb: 512, cpus: 1 },
  ...of,
});
const app = (of: Partial<ReservingApp> = {}): ReservingApp => ({
  ...{ scale: { web: 1 }, autoscale: {}, webInstances: 1, memoryMb: 512, cpus: 1, pids: 256 },
  ...{ live: null, next: [], split: null },
  ...of,
});

describe('what an app takes of its team’s quota', () => {
  it('is nothing until something is deployed, and one instance from then on', () => {
    expect(reservedBy(app())).toEqual({ instances: 0, memoryMb: 0, cpus: 0 });
    expect(reservedBy(app({ next: [null] }))).toEqual({ instances: 1, memoryMb: 512, cpus: 1 });
  });

  it('counts only process types that the release has, and none of an app that is turned off', () => {
    const scale = { web: 2, worker: 1, ghost: 9 };
    const live = release({ processes: { web: [], worker: ['run'], release: ['migrate'] } });
    expect(reservedBy(app({ scale, live })).instances).toBe(3);
    expect(reservedBy(app({ scale: { web: 0 }, live: release() })).instances).toBe(0);
  });

  it('is the most that load may make of it', () => {
    const autoscale = { min: 1, max: 5 };
    expect(reservedBy(app({ autoscale, live: release() })).instances).toBe(5);
  });

  it('is the larger of two releases while one takes the other’s place, and both where they share visitors', () => {
    const live = release({ memoryMb: 512 });
    const next = release({ memoryMb: 1024 });
    expect(reservedBy(app({ live, next: [next] })).memoryMb).toBe(1024);
    expect(reservedBy(app({ live, split: { release: next, percent: 10 } })).memoryMb).toBe(1536);
  });

  it('never shrinks while a deployment is under way, and is no less than what is live', () => {
    const size = fc.integer({ min: 64, max: 4096 });
    fc.assert(
      fc.property(size, size, size, (own, live, next) => {
        const before = reservedBy(app({ memoryMb: own, live: release({ memoryMb: live }) }));
        const during = reservedBy(
          app({ memoryMb: own, live: release({ memoryMb: live }), next: [release({ memoryMb: next })] }),
        );
        expect(during.memoryMb).toBeGreaterThanOrEqual(before.memoryMb);
        expect(before.memoryMb).toBeGreaterThanOrEqual(live);
      }),
    );
  });
});

describe('a change of a quota', () => {
  it('sets, lifts and takes back, and leaves the rest', () => {
    const set = changedQuota({ apps: 3, cpus: 2 }, { apps: 'unlimited', cpus: null, builds: 1 });
    expect(set).toEqual({ apps: null, builds: 1 });
    expect(quotaOf(set)).toEqual({ ...defaultQuota, apps: null, builds: 1 });
  });

  it('of a row that cannot be read is a change of none', () => {
    expect(storedQuota({ apps: 'many' })).toEqual({});
    expect(storedQuota(null)).toEqual({});
  });
});
