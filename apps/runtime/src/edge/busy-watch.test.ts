import { describe, expect, it } from 'vitest';
import type { EdgeStats, RouteTarget } from '#libs/contracts/edge.js';
import type { RouteCounters } from '#libs/traefik-config/metrics.js';
import type { AppTraffic } from './app-traffic.js';
import { BusyWatch } from './busy-watch.js';
import { RouteBook } from './route-book.js';

/** A watch over apps with these limits, and sources that say what the test says. */
function watch(limits: Record<string, number | null>, rules: Partial<RouteTarget> = {}) {
  const routes = new RouteBook({ putTable: async () => undefined, stats: async () => stats }, 1);
  for (const [appId, concurrency] of Object.entries(limits)) {
    const target: RouteTarget = {
      ...{ appId, app: appId, releaseNumber: 1, state: 'serving', message: null, instances: [] },
      concurrency,
      ...rules,
    };
    routes.set(appId, { [`${appId}.test`]: target });
  }
  let stats: EdgeStats = { epoch: 1, generation: 1, instances: {}, apps: {} };
  let counters: RouteCounters | null = null;
  let broken = false;
  const heard: { traffic: AppTraffic | undefined; seconds: number }[] = [];
  const judged: Map<string, { requestsPerSecond: number; canGoDirect: boolean }>[] = [];
  const busy = new BusyWatch(
    routes,
    {
      apps: () => (counters === null ? [] : ['a']),
      judge: (rates) => {
        judged.push(rates);
        return [];
      },
    },
    {
      activator: async () => {
        if (broken) throw new Error('away');
        return stats;
      },
      traefik: async () => new Map(counters === null ? [] : [['a', counters]]),
    },
    () => undefined,
    (traffic, { seconds }) => heard.push({ traffic: traffic.get('a'), seconds }),
  );
  const start = Date.now();
  return {
    heard,
    judged,
    break: (now: boolean) => (broken = now),
    at: async (seconds: number, demand: number, direct: RouteCounters | null = null) => {
      const asked = Object.keys(limits)
        .filter((id) => id !== 'quiet')
        .map((appId) => [appId, { now: 0, seconds: demand }]);
      stats = { ...stats, apps: Object.fromEntries(asked) };
      counters = direct;
      await busy.sample(start + seconds * 1_000);
      return heard.at(-1);
    },
  };
}

const h2c = { instanceId: 'i', address: '10.64.4.5', port: 80, protocol: 'h2c' as const };

describe('BusyWatch', () => {
  it('hears how long requests were in hand since the last reading; of the first nothing is known', async () => {
    const w = watch({ a: null });
    expect((await w.at(2, 500))?.traffic?.busySeconds).toBeNull();
    expect((await w.at(4, 506))?.traffic?.busySeconds).toBeCloseTo(6);
    // A new activator counts from zero.
    expect((await w.at(6, 3))?.traffic?.busySeconds).toBeCloseTo(3);
  });

  it('takes Traefik’s old counters for nothing new, and what comes after for load', async () => {
    const w = watch({ a: null });
    await w.at(2, 0);
    const counters = { requests: 900, errors: 0, buckets: [], seconds: 90 };
    expect((await w.at(4, 0, counters))?.traffic?.busySeconds).toBeNull();
    const more = await w.at(6, 1, { ...counters, requests: 1_000, seconds: 110 });
    expect(more?.traffic).toMatchObject({ requests: 100, busySeconds: 21 });
  });

  it('counts a reading that failed into the next one', async () => {
    const w = watch({ a: null });
    await w.at(2, 0);
    w.break(true);
    await expect(w.at(4, 8)).rejects.toThrow('away');
    w.break(false);
    const next = await w.at(6, 16);
    expect(next?.seconds).toBeCloseTo(4);
    expect(next?.traffic?.busySeconds).toBe(16);
  });

  it('keeps apps with a limit on the activator, where requests can wait', async () => {
    const w = watch({ a: 5, b: null });
    await w.at(2, 0);
    expect([...(w.judged.at(-1) ?? [])].map(([appId, { canGoDirect }]) => [appId, canGoDirect])).toEqual([
      ['a', false],
      ['b', true],
    ]);
  });

  it.each([{ bodyBytes: 1_000 }, { requestSeconds: 30, instances: [h2c] }])(
    'keeps apps on the activator with %j: Traefik cannot do it as well',
    async (rules) => {
      const w = watch({ a: null }, rules);
      await w.at(2, 0);
      expect(w.judged.at(-1)?.get('a')?.canGoDirect).toBe(false);
    },
  );

  it.each([{ requestSeconds: 30 }, { instances: [h2c] }])(
    'sends apps straight with %j: Traefik can see to that',
    async (rules) => {
      const w = watch({ a: null }, rules);
      await w.at(2, 0);
      expect(w.judged.at(-1)?.get('a')?.canGoDirect).toBe(true);
    },
  );

  it('judges only apps that are asked for something, and those with a route of their own', async () => {
    const w = watch({ a: null, quiet: null });
    await w.at(0, 0, { requests: 0, errors: 0, buckets: [], seconds: 0 });
    expect([...(w.judged.at(-1)?.keys() ?? [])]).toEqual(['a']);
  });
});
