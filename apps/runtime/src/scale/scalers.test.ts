import { describe, expect, it } from 'vitest';
import type { AppState } from '#libs/store/app-states.js';
import type { AppTraffic } from '../edge/app-traffic.js';
import { Scalers } from './scalers.js';

const begin = Date.parse('2026-01-01T00:00:00Z');

/** One app that scales with load, a Postgres, and looks that read it whenever asked to. */
function world(options: { autoscale?: Record<string, unknown>; webInstances?: number; cpus?: number } = {}) {
  const row = { webInstances: options.webInstances ?? 1 };
  const moves: string[] = [];
  let broken = false;
  let now = begin;
  const scalers = new Scalers({
    move: async (_appId, from, to) => {
      if (broken) throw new Error('Postgres is away');
      if (row.webInstances !== from) return false;
      row.webInstances = to;
      moves.push(`${from} to ${to}`);
      return true;
    },
    look: () => note(),
    warn: () => undefined,
  });
  const state = (): AppState =>
    ({
      app: {
        id: 'a',
        scale: { web: 1 },
        autoscale: options.autoscale ?? { max: 10, concurrency: 10 },
        webInstances: row.webInstances,
        deletedAt: null,
      },
      live: { id: 'd', release: { manifest: null, cpus: options.cpus ?? 1 } },
      instances: Array.from({ length: row.webInstances }, () => ({
        deploymentId: 'd',
        process: 'web',
        status: 'ready',
      })),
    }) as unknown as AppState;
  const note = () => scalers.note(state(), now);
  note();
  return {
    row,
    moves,
    scalers,
    breakPostgres: (is: boolean) => (broken = is),
    /** Seconds of this load, read every two seconds. */
    run: async (seconds: number, load: Partial<AppTraffic> | null) => {
      for (const end = now + seconds * 1_000; now < end;) {
        now += 2_000;
        const came = { requests: 0, open: 0, busySeconds: 0, long: { count: 0, seconds: 0 }, ...load };
        scalers.observe(new Map(load === null ? [] : [['a', came]]), { now, seconds: 2 });
        await new Promise((resolve) => setImmediate(resolve));
      }
      return row.webInstances;
    },
    /** Processor time, as it is read beside. */
    cores: (used: number) => scalers.noteCores(new Map([['a', used]]), now),
  };
}

/** Requests in flight, on average over two seconds. */
const inFlight = (count: number) => ({ busySeconds: count * 2 });

describe('Scalers', () => {
  it('follows the load up and down again, and writes each number once', async () => {
    const w = world();
    expect(await w.run(60, inFlight(20))).toBe(3);
    expect(await w.run(240, null)).toBe(1);
    expect(w.moves).toEqual(['1 to 3', '3 to 2', '2 to 1']);
  });

  it('does nothing for apps of a fixed number', async () => {
    const w = world({ autoscale: {} });
    expect(await w.run(60, inFlight(500))).toBe(1);
  });

  it('decides again when Postgres was away, or the owner had changed the number', async () => {
    const w = world();
    w.breakPostgres(true);
    await w.run(20, inFlight(20));
    expect(w.moves).toEqual([]);
    w.breakPostgres(false);
    w.row.webInstances = 2;
    await w.run(20, inFlight(20));
    expect(w.row.webInstances).toBe(3);
  });

  it('gives nothing up after a restart before a window of load is known', async () => {
    const w = world({ webInstances: 6 });
    expect(await w.run(58, null)).toBe(6);
    expect(await w.run(240, null)).toBe(1);
  });

  it('neither grows nor shrinks while the load is not known', async () => {
    const w = world({ webInstances: 4 });
    expect(await w.run(300, { busySeconds: null })).toBe(4);
  });

  it('takes the end of a long connection for one request, not for a burst', async () => {
    const w = world();
    await w.run(60, inFlight(1));
    expect(await w.run(2, { ...inFlight(1), long: { count: 5, seconds: 3_600 } })).toBe(1);
    expect(await w.run(10, inFlight(1))).toBe(1);
  });

  it('goes by requests per second and processor time where they are set', async () => {
    const rate = world({ autoscale: { max: 10, requestsPerSecond: 100 } });
    expect(await rate.run(120, { ...inFlight(1), requests: 400 })).toBe(3);
    const cpu = world({ autoscale: { max: 10, cpuPercent: 50 }, cpus: 2 });
    for (let round = 0; round < 6; round += 1) {
      cpu.cores(2.5);
      await cpu.run(10, inFlight(1));
    }
    expect(cpu.row.webInstances).toBe(3);
  });
});
