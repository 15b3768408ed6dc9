import { describe, expect, it, vi } from 'vitest';
import type { SleepTier } from '#libs/core/sleep.js';
import type { AppState } from '#libs/store/app-states.js';
import { Sleepers } from './sleepers.js';

const begin = Date.parse('2026-01-01T00:00:00Z');
const quiet = new Map<string, { requests: number; open: number }>();

/** One app with one web instance, and a Postgres that says when it is done. */
function world(
  options: {
    established?: number;
    terminals?: number;
    settings?: Record<string, unknown>;
    visited?: Promise<void>;
  } = {},
) {
  const row = { tier: 'running' as SleepTier, turn: 0 };
  const thawed: string[] = [];
  const moves: string[] = [];
  const readied: string[] = [];
  const hooks: string[] = [];
  const looks: string[] = [];
  const gates: (() => void)[] = [];
  let hold = false;
  let broken = false;
  const sleepers = new Sleepers({
    engine: {
      thaw: async (id) => {
        thawed.push(id);
        return 'freezer' as const;
      },
    },
    connections: async () => options.established ?? 0,
    move: async (_appId, from, to, thawed) => {
      if (hold) await new Promise<void>((resolve) => gates.push(resolve));
      if (broken) throw new Error('Postgres is away');
      if (row.tier !== to && !from.includes(row.tier)) return null;
      if (row.tier !== to) {
        row.tier = to;
        row.turn += 1;
        moves.push(to);
      }
      readied.push(...thawed);
      return row.turn;
    },
    afterWake: (_appId, { address }, path) => void hooks.push(`${address} ${path}`),
    terminalsIn: () => options.terminals ?? 0,
    look: (appId) => void looks.push(appId),
    afterVisitors: () => options.visited ?? Promise.resolve(),
    warn: () => undefined,
  });
  const instance = (status: string) => ({
    id: 'i',
    deploymentId: 'd',
    releaseId: 'r',
    release: { number: 1, manifest: null },
    process: 'web',
    status,
    containerId: 'c',
    address: '10.64.0.2',
    port: 8080,
    restarts: 0,
    nextStartAt: null,
    restartAskedAt: null,
    reason: null,
    createdAt: new Date(begin),
    readyAt: new Date(begin),
  });
  const state = (status = 'ready', change: Record<string, unknown> = {}): AppState =>
    ({
      app: {
        id: 'a',
        teamId: 't',
        name: 'shop',
        generation: 1,
        scale: { web: 1 },
        sleep: options.settings ?? {},
        sleepTier: row.tier,
        sleepTierSince: new Date(begin),
        sleepTurn: row.turn,
        deletedAt: null,
      },
      live: { id: 'd', number: 1, release: { id: 'r', manifest: null } },
      previous: null,
      split: null,
      visited: [],
      next: null,
      routing: [],
      instances: [instance(status)],
      domains: [],
      releases: [],
      ...change,
    }) as unknown as AppState;
  return {
    sleepers,
    row,
    thawed,
    moves,
    readied,
    hooks,
    looks,
    state,
    note: (status?: string, change?: Record<string, unknown>) => sleepers.note(state(status, change), begin),
    holdWrites: () => (hold = true),
    release: () => {
      hold = false;
      for (const open of gates.splice(0)) open();
    },
    breakPostgres: (now: boolean) => (broken = now),
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const at = (seconds: number) => begin + seconds * 1_000;

describe('a stopped app that somebody wants', () => {
  it('is looked at, and taken as awake, before Postgres has heard of it', async () => {
    const w = world();
    Object.assign(w.row, { tier: 'stopped' });
    w.note('ready', { instances: [] });
    w.holdWrites();
    await w.sleepers.wake('a');
    expect(w.looks).toEqual(['a']);
    expect(w.note('ready', { instances: [] }).app.sleepTier).toBe('running');
    w.release();
    await vi.waitFor(() => expect(w.moves).toEqual(['running']));
  });
});

describe('an app that nobody uses', () => {
  it('falls asleep after its quiet time, stops after the longer one, and each is written once', async () => {
    const w = world();
    w.note();
    w.sleepers.observe(quiet, at(29));
    await settled();
    expect(w.moves).toEqual([]);
    w.sleepers.observe(quiet, at(30));
    await settled();
    expect(w.moves).toEqual(['frozen']);
    expect(w.note('frozen').app.sleepTier).toBe('frozen');
    w.sleepers.observe(quiet, at(599));
    w.sleepers.observe(quiet, at(600));
    await settled();
    w.sleepers.observe(quiet, at(602));
    await settled();
    expect(w.moves).toEqual(['frozen', 'stopped']);
  });

  it('stays awake while something is in flight, while a connection is open, and for its quiet time after a request', async () => {
    const open = world();
    open.note();
    open.sleepers.observe(new Map([['a', { requests: 0, open: 1 }]]), at(500));
    open.sleepers.observe(quiet, at(529));
    const connected = world({ established: 1 });
    connected.note();
    connected.sleepers.observe(quiet, at(40));
    const used = world();
    used.note();
    used.sleepers.observe(new Map([['a', { requests: 1, open: 0 }]]), at(20));
    used.sleepers.observe(quiet, at(49));
    await settled();
    const typing = world({ terminals: 1 });
    typing.note();
    typing.sleepers.observe(quiet, at(40));
    await settled();
    for (const w of [open, connected, used, typing]) expect(w.moves).toEqual([]);
  });

  it('is taken as the newest change left it, whatever the clocks said when the changes were made', async () => {
    const w = world();
    w.note();
    w.sleepers.observe(quiet, at(30));
    await settled();
    const changed = (change: { sleepTier: SleepTier; sleepTurn: number; sleepTierSince: Date }) => {
      const { app } = w.state('frozen');
      return w.sleepers.note(w.state('frozen', { app: { ...app, ...change } }), at(31)).app.sleepTier;
    };
    // By another host or a deployment, whose clock is an hour behind.
    expect(changed({ sleepTier: 'running', sleepTurn: 2, sleepTierSince: new Date(at(-3_600)) })).toBe(
      'running',
    );
    // Read before that, though its time is later.
    expect(changed({ sleepTier: 'frozen', sleepTurn: 1, sleepTierSince: new Date(at(3_600)) })).toBe(
      'running',
    );
  });

  it('falls asleep in its time though the clock was set back since it became ready', async () => {
    const w = world();
    const anHourAhead = new Date(begin + 3_600_000);
    w.note('ready', { instances: w.state().instances.map((row) => ({ ...row, readyAt: anHourAhead })) });
    w.sleepers.observe(quiet, at(31));
    await settled();
    expect(w.moves).toEqual(['frozen']);
  });

  it('does not fall asleep while a deployment, a start or a crash is under way, turned off, or told never to', async () => {
    const cases = [world(), world(), world(), world({ settings: { enabled: false } })];
    cases[0]!.note('ready', { next: { id: 'n', release: { manifest: null } } });
    cases[1]!.note('starting');
    cases[2]!.note('ready', { app: { ...cases[2]!.state().app, scale: { web: 0 } } });
    cases[3]!.note();
    for (const w of cases) w.sleepers.observe(quiet, at(9_999));
    await settled();
    for (const w of cases) expect(w.moves).toEqual([]);
    expect(await Promise.all(cases.map(({ sleepers }) => sleepers.sleep('a', 0)))).toEqual([
      ...['unsettled', 'unsettled', 'unsettled', 'off'],
    ]);
  });
});

describe('a visitor', () => {
  it('is written down a little later with what was thawed, and nothing that is read or asked for until then goes before', async () => {
    let goOn = (): void => undefined;
    const w = world({ visited: new Promise((resolve) => (goOn = resolve)) });
    w.note();
    w.sleepers.observe(quiet, at(30));
    await settled();
    w.note('frozen');
    await w.sleepers.wake('a');
    await settled();
    expect(w.note('frozen').app.sleepTier).toBe('running');
    expect(w.sleepers.isWaking('i')).toBe(true);
    const asleep = w.sleepers.sleep('a', 0);
    await settled();
    expect(w.moves).toEqual(['frozen']);
    goOn();
    expect(await asleep).toBeNull();
    expect(w.moves).toEqual(['frozen', 'running', 'frozen']);
    expect(w.readied).toEqual(['i']);
    expect(w.sleepers.isWaking('i')).toBe(false);
  });

  it('is let in before Postgres is told, even when it is away, and it is told once it is back', async () => {
    const w = world();
    w.note();
    w.sleepers.observe(quiet, at(30));
    await settled();
    w.note('frozen');
    w.breakPostgres(true);
    expect(await w.sleepers.wake('a')).toEqual({
      tier: 'frozen',
      instances: [{ instanceId: 'i', address: '10.64.0.2', port: 8080 }],
    });
    expect(w.thawed).toEqual(['c']);
    await settled();
    // Every look takes the app as awake, though the row says frozen.
    expect(w.sleepers.overlay(w.state('frozen')).app.sleepTier).toBe('running');
    expect(w.sleepers.mayFreeze('a')).toBe(false);
    w.breakPostgres(false);
    expect(w.note('frozen').app.sleepTier).toBe('running');
    await settled();
    expect(w.row.tier).toBe('running');
  });

  it('has its instance left alone by looks until its row says that it goes on: it may end before that', async () => {
    const w = world();
    w.note();
    w.sleepers.observe(quiet, at(30));
    await settled();
    w.note('frozen');
    w.holdWrites();
    await w.sleepers.wake('a');
    await settled();
    expect([...w.sleepers.waking()]).toEqual(['i']);
    w.release();
    await settled();
    expect(w.readied).toEqual(['i']);
    expect(w.sleepers.isWaking('i')).toBe(false);
  });

  it('wakes an app once, however many come', async () => {
    const w = world();
    w.note();
    w.sleepers.observe(quiet, at(30));
    await settled();
    w.note('frozen');
    await Promise.all(Array.from({ length: 50 }, () => w.sleepers.wake('a')));
    expect(w.thawed).toEqual(['c']);
    await settled();
    expect(w.moves).toEqual(['frozen', 'running']);
  });

  it('has what was thawed counted as ready in the same write as the tier', async () => {
    const w = world();
    w.row.tier = 'frozen';
    w.note('frozen');
    await w.sleepers.wake('a');
    await settled();
    expect(w).toMatchObject({ moves: ['running'], readied: ['i'] });
  });

  it('is let in at once where the tier says running and the instance still counts as frozen', async () => {
    const w = world();
    w.note('frozen');
    const reply = await w.sleepers.wake('a');
    expect(reply.instances).toEqual([{ instanceId: 'i', address: '10.64.0.2', port: 8080 }]);
    expect(w.thawed).toEqual(['c']);
    expect(w.sleepers.mayBeStoodInFor('a')).toBe(true);
    await settled();
    expect(w).toMatchObject({ moves: [], readied: ['i'] });
    // Awake and ready: there is nothing to write, but the edge may still go by the answer.
    w.note('ready');
    await w.sleepers.wake('a');
    await settled();
    expect(w.readied).toEqual(['i']);
  });

  it('who comes while the app is falling asleep keeps it awake, whichever write comes first', async () => {
    const w = world();
    w.note();
    w.holdWrites();
    w.sleepers.observe(quiet, at(30));
    await vi.waitFor(() => expect(w.moves).toEqual([]));
    await settled();
    const reply = await w.sleepers.wake('a');
    expect(reply.instances).toHaveLength(1);
    // A look that read the row before either write still takes it as awake, and may not make it forget.
    expect(w.note('ready').app.sleepTier).toBe('running');
    expect(w.sleepers.mayFreeze('a')).toBe(false);
    w.release();
    await settled();
    await settled();
    expect(w.row.tier).toBe('running');
    expect(w.note('ready').app.sleepTier).toBe('running');
  });

  it('keeps the app from being frozen for as long as the edge may go by the answer', async () => {
    const w = world();
    w.note();
    w.sleepers.observe(quiet, at(30));
    await settled();
    w.note('frozen');
    const now = Date.now();
    await w.sleepers.wake('a');
    expect(w.sleepers.mayBeStoodInFor('a', now + 2_000)).toBe(true);
    expect(w.sleepers.mayBeStoodInFor('a', now + 60_000)).toBe(false);
  });

  it('of a stopped app hears that nothing can answer yet', async () => {
    const w = world();
    w.row.tier = 'stopped';
    w.note('ready', { instances: [] });
    expect(await w.sleepers.wake('a')).toEqual({ tier: 'stopped', instances: [] });
    await settled();
    expect(w.row.tier).toBe('running');
  });
});

describe('an instance', () => {
  it('is told that it goes on, if its owner wants that, and only where it had been frozen', async () => {
    const w = world({ settings: { afterWake: '/awake' } });
    w.note();
    await w.sleepers.wake('a');
    expect(w.hooks).toEqual([]);
    await w.sleepers.sleep('a', 0);
    w.note('frozen');
    await w.sleepers.wake('a');
    expect(w.hooks).toEqual(['10.64.0.2 /awake']);
  });
});

describe('an owner', () => {
  it('puts an idle app to sleep at once, and it is not woken for having been used a moment ago', async () => {
    const w = world();
    w.note();
    expect(await w.sleepers.sleep('a', 0)).toBeNull();
    w.note('frozen');
    w.sleepers.observe(quiet, Date.now() + 1_000);
    await settled();
    expect(w.row.tier).toBe('frozen');
  });

  it.each(['running', 'frozen', 'stopped'] as const)('stops one at once that is %s', async (tier) => {
    const w = world();
    w.row.tier = tier;
    w.note(tier === 'running' ? 'ready' : 'frozen');
    expect(await w.sleepers.stop('a', 0)).toBeNull();
    expect(w.row.tier).toBe('stopped');
  });

  it('cannot put one to sleep that somebody is connected to', async () => {
    const w = world({ established: 1 });
    w.note();
    expect(await w.sleepers.sleep('a', 0)).toBe('in_use');
    expect(await w.sleepers.stop('a', 0)).toBe('in_use');
    expect(w.row.tier).toBe('running');
  });
});
