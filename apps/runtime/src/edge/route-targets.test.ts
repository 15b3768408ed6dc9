import { describe, expect, it } from 'vitest';
import type { AppState, RunDeployment, RunInstance, RunRelease } from '#libs/store/app-states.js';
import { routeTargets } from './route-targets.js';

const now = Date.parse('2026-01-01T00:00:00Z');

const release = (number: number): RunRelease => ({
  id: `r${number}`,
  appId: 'app',
  number,
  image: 'apps/app@sha256:1',
  sealedConfig: '',
  processes: { web: [] },
  port: 8080,
  healthPath: null,
  memoryMb: 512,
  cpus: 1,
  pids: 256,
  startTimeoutSeconds: 60,
  graceSeconds: 10,
  manifest: null,
});

const deployment = (number: number): RunDeployment => ({
  id: `d${number}`,
  number,
  trigger: 'git',
  releaseCommandAt: null,
  status: 'live',
  attempt: 0,
  releaseId: `r${number}`,
  endedAt: new Date(now),
  release: release(number),
});

const instance = (id: string, number: number, change: Partial<RunInstance> = {}): RunInstance => ({
  id,
  deploymentId: `d${number}`,
  releaseId: `r${number}`,
  process: 'web',
  status: 'ready',
  containerId: 'c',
  address: '10.64.0.2',
  port: 8080,
  restarts: 0,
  nextStartAt: null,
  restartAskedAt: null,
  reason: null,
  createdAt: new Date(now),
  readyAt: new Date(now),
  release: release(number),
  ...change,
});

const state = (change: Partial<AppState> = {}): AppState => ({
  app: {
    id: 'app',
    teamId: 'team',
    name: 'shop',
    kind: 'app',
    generation: 1,
    scale: {},
    autoscale: {},
    rollout: {},
    requestSeconds: null,
    bodyBytes: null,
    webInstances: 1,
    sleep: {},
    sleepTier: 'running',
    sleepTierSince: new Date(now),
    sleepTurn: 0,
    deletedAt: null,
  },
  live: deployment(2),
  previous: null,
  next: null,
  routing: [],
  split: null,
  visited: [],
  instances: [instance('a', 2)],
  domains: ['shop.example.org'],
  releases: [
    { id: 'r2', number: 2, hasVolumes: false },
    { id: 'r1', number: 1, hasVolumes: false },
  ],
  ...change,
});

const thaw = { file: '/freezer/c/freezer.state', text: 'THAWED' as const };
/** The freezer of one container is within reach. */
const targets = (change: Partial<AppState> = {}) =>
  routeTargets(state(change), 'apps.test', now, (id) => (id === 'reached' ? thaw : null));

describe('what the edge is told of an add-on', () => {
  it('is one host inside its team, which names its instances and takes no request', () => {
    const { app } = state();
    const hosts = targets({
      app: { ...app, kind: 'postgres' },
      instances: [instance('a', 2), instance('b', 1)],
    });
    expect(Object.keys(hosts)).toEqual(['shop.direct.internal']);
    expect(hosts['shop.direct.internal']).toMatchObject({
      state: 'stopped',
      instances: [{ instanceId: 'a' }],
      message: expect.stringContaining('postgresql://shop.direct.internal:5432/berth'),
    });
  });
});

describe('what the edge is told of an app', () => {
  it('its host, its domains and the host of the live release lead to the same instances', () => {
    const hosts = targets();
    for (const host of ['shop.apps.test', 'shop.example.org', 'shop--r2.apps.test']) {
      expect(hosts[host]).toMatchObject({
        state: 'serving',
        releaseNumber: 2,
        instances: [{ instanceId: 'a' }],
      });
    }
  });

  it('holds visitors while what runs gives way to a release that has the same volume, awake or frozen', () => {
    const having = (number: number) => {
      const manifest = { env: {}, sleep: {}, scale: {}, volumes: { data: '/data' } };
      return { ...deployment(number), release: { ...release(number), manifest } };
    };
    const both = { live: having(2), next: having(3) };
    expect(targets(both)['shop.apps.test']).toMatchObject({ state: 'starting', instances: [] });
    const asleep = { ...state().app, sleepTier: 'frozen' as const };
    const frozen = [instance('a', 2, { status: 'frozen', containerId: 'reached' })];
    expect(targets({ ...both, app: asleep, instances: frozen })['shop.apps.test']).toEqual(
      targets(both)['shop.apps.test'],
    );
    expect(targets({ ...both, next: deployment(3) })['shop.apps.test']).toMatchObject({ state: 'serving' });
  });

  it('a release of the past that has volumes is not started beside the one that has them', () => {
    const releases = [{ id: 'r1', number: 1, hasVolumes: true }];
    expect(targets({ releases })['shop--r1.apps.test']).toMatchObject({
      state: 'stopped',
      message: expect.stringContaining('Roll back to it'),
    });
    const next = { releases, next: deployment(1) };
    expect(targets(next)['shop--r1.apps.test']).toMatchObject({ state: 'starting' });
  });

  it('a release of the past is woken by itself at its own host, and its visitors are no load of the app', () => {
    const past = (change: Partial<AppState>) => targets(change)['shop--r1.apps.test'];
    expect(past({})).toMatchObject({ state: 'asleep', releaseNumber: 1, visit: true, instances: [] });
    const visited = [{ deployment: deployment(1), usedAt: new Date(now - 1_000) }];
    expect(past({ visited })).toMatchObject({ state: 'starting', visit: true });
    const instances = [instance('a', 2), instance('old', 1)];
    expect(past({ visited, instances })).toMatchObject({
      ...{ state: 'serving', visit: true },
      instances: [{ instanceId: 'old' }],
    });
    const longAgo = [{ deployment: deployment(1), usedAt: new Date(now - 31_000) }];
    expect(past({ visited: longAgo })).toMatchObject({ state: 'asleep', visit: true });
    expect(targets({ visited, instances })['shop.apps.test']?.instances).toHaveLength(1);
  });

  it('an app that is turned off starts no release of its past', () => {
    const { app } = state();
    expect(targets({ app: { ...app, scale: { web: 0 } } })['shop--r1.apps.test']?.state).toBe('stopped');
  });

  it('a split shares visitors out between the releases that can answer, and each keeps its own host', () => {
    const split = {
      ...{ deployment: deployment(1), percent: 10, sticky: true, since: new Date(now) },
      ...{ isTrial: false, passed: false },
    };
    const both = targets({ split, instances: [instance('a', 2), instance('b', 1)] });
    expect(both['shop.apps.test']).toMatchObject({
      state: 'serving',
      split: {
        cookie: 'berth-split',
        parts: [
          { release: 2, weight: 90 },
          { release: 1, weight: 10 },
        ],
      },
      instances: [
        { instanceId: 'a', release: 2 },
        { instanceId: 'b', release: 1 },
      ],
    });
    expect(both['shop--r2.apps.test']?.instances.map((one) => one.instanceId)).toEqual(['a']);
    expect(both['shop--r1.apps.test']?.instances.map((one) => one.instanceId)).toEqual(['b']);
    const one = targets({ split, instances: [instance('a', 2), instance('b', 1, { status: 'starting' })] });
    expect(one['shop.apps.test']?.split?.parts.map(({ release }) => release)).toEqual([2]);
    const { app } = state();
    const asleep = targets({ split, app: { ...app, sleepTier: 'frozen' } });
    expect(asleep['shop.apps.test']).toMatchObject({ state: 'asleep', split: { parts: [{}, {}] } });
    expect(asleep['shop--r1.apps.test']).not.toHaveProperty('visit');
  });

  it('a share of nothing gets nobody, unless only it can answer', () => {
    const split = {
      ...{ deployment: deployment(1), percent: 100, sticky: false, since: new Date(now) },
      ...{ isTrial: false, passed: false },
    };
    const parts = (instances: AppState['instances']) =>
      targets({ split, instances })['shop.apps.test']?.split?.parts.map(({ release, weight }) => [
        release,
        weight,
      ]);
    expect(parts([instance('a', 2), instance('b', 1)])).toEqual([[1, 100]]);
    expect(parts([instance('a', 2)])).toEqual([[2, 100]]);
  });

  it('only ready web instances of the live deployment serve', () => {
    const instances = [
      instance('a', 2),
      instance('starting', 2, { status: 'starting' }),
      instance('leaving', 2, { status: 'draining' }),
      instance('worker', 2, { process: 'worker', port: null }),
      instance('newer', 3),
    ];
    const hosts = targets({
      instances,
      next: deployment(3),
      releases: [{ id: 'r3', number: 3, hasVolumes: false }],
    });
    expect(hosts['shop.apps.test']?.instances.map((one) => one.instanceId)).toEqual(['a']);
    expect(hosts['shop--r3.apps.test']?.instances.map((one) => one.instanceId)).toEqual(['newer']);
  });

  it('nothing deployed, starting and failing are three different things', () => {
    expect(targets({ live: null, instances: [] })['shop.apps.test']?.state).toBe('no-release');
    expect(targets({ instances: [instance('a', 2, { status: 'starting' })] })['shop.apps.test']?.state).toBe(
      'starting',
    );
    const crashed = {
      status: 'crashed',
      restarts: 3,
      reason: 'It ended with exit code 3.',
      nextStartAt: new Date(now + 4000),
    };
    expect(targets({ instances: [instance('a', 2, crashed)] })['shop.apps.test']).toMatchObject({
      state: 'failing',
      message:
        'The app shop has ended 3 times in a row. It ended with exit code 3. The next start is in about 4 s.',
    });
  });

  it('one that still answers outweighs those that crash', () => {
    const instances = [instance('a', 2), instance('b', 2, { status: 'crashed', restarts: 9 })];
    expect(targets({ instances })['shop.apps.test']).toMatchObject({
      state: 'serving',
      instances: [{ instanceId: 'a' }],
    });
  });

  it("a domain below the apps' own domain takes nobody's place", () => {
    const hosts = targets({ domains: ['other.apps.test', 'apps.test', 'fine.example.org'] });
    expect(Object.keys(hosts).sort()).toEqual([
      'fine.example.org',
      'shop--r1.apps.test',
      'shop--r2.apps.test',
      'shop.apps.test',
    ]);
  });

  it('a deleted app has no hosts', () => {
    expect(targets({ app: { ...state().app, deletedAt: new Date(now) } })).toEqual({});
  });

  it('that a sleeping app is held for and woken, by whichever of its hosts somebody comes, but not one that is turned off', () => {
    const asleep = { ...state().app, sleepTier: 'frozen' as const };
    const rows = [instance('a', 2, { status: 'frozen' })];
    const hosts = targets({ app: asleep, instances: rows });
    for (const host of ['shop.apps.test', 'shop.example.org', 'shop--r2.apps.test'])
      expect(hosts[host]).toMatchObject({ state: 'asleep', releaseNumber: 2, instances: [] });
    expect(hosts['shop--r1.apps.test']).toMatchObject({ state: 'asleep', visit: true });
    const off = targets({ app: { ...asleep, scale: { web: 0 } }, instances: rows });
    expect(off['shop.apps.test']).toMatchObject({ state: 'stopped' });
  });

  it('which instances it may let go on by itself: frozen ones within its reach, not of an app that is to be stopped or is split', () => {
    const rows = [
      instance('a', 2, { status: 'frozen', containerId: 'reached' }),
      instance('b', 2, { status: 'frozen', containerId: 'elsewhere' }),
      instance('c', 2, { status: 'ready', containerId: 'reached' }),
      instance('d', 1, { status: 'frozen', containerId: 'reached' }),
    ];
    const frozenOf = (sleepTier: 'frozen' | 'stopped', change: Partial<AppState> = {}) =>
      targets({ app: { ...state().app, sleepTier }, instances: rows, ...change })['shop.apps.test']?.frozen;
    expect(frozenOf('frozen')).toEqual([{ instanceId: 'a', address: '10.64.0.2', port: 8080, thaw }]);
    expect(frozenOf('stopped')).toBeUndefined();
    const split = { deployment: deployment(1), weight: 10, sticky: false, isTrial: false };
    expect(frozenOf('frozen', { split } as never)).toBeUndefined();
  });

  it('that an app whose woken instances still count as frozen is held for as asleep, not as one that must start', () => {
    const frozen = instance('a', 2, { status: 'frozen' });
    const hosts = targets({ instances: [frozen] });
    for (const host of ['shop.apps.test', 'shop--r2.apps.test'])
      expect(hosts[host]).toMatchObject({ state: 'asleep', releaseNumber: 2, instances: [] });
    expect(hosts['shop.apps.test']).not.toHaveProperty('visit');
    const both = targets({ instances: [frozen, instance('b', 2)] });
    expect(both['shop.apps.test']).toMatchObject({ state: 'serving', instances: [{ instanceId: 'b' }] });
  });
});
