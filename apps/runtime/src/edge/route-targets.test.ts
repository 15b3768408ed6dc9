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
    generation: 1,
    scale: {},
    autoscale: {},
    webInstances: 1,
    sleep: {},
    sleepTier: 'running',
    sleepTierSince: new Date(now),
    deletedAt: null,
  },
  live: deployment(2),
  previous: null,
  next: null,
  routing: [],
  instances: [instance('a', 2)],
  domains: ['shop.example.org'],
  releases: [
    { id: 'r2', number: 2 },
    { id: 'r1', number: 1 },
  ],
  ...change,
});

const targets = (change: Partial<AppState> = {}) => routeTargets(state(change), 'apps.test', now);

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

  it('a release that does not run says so at its own host, and does not hold visitors', () => {
    expect(targets()['shop--r1.apps.test']).toMatchObject({ state: 'stopped', instances: [] });
  });

  it('only ready web instances of the live deployment serve', () => {
    const instances = [
      instance('a', 2),
      instance('starting', 2, { status: 'starting' }),
      instance('leaving', 2, { status: 'draining' }),
      instance('worker', 2, { process: 'worker', port: null }),
      instance('newer', 3),
    ];
    const hosts = targets({ instances, next: deployment(3), releases: [{ id: 'r3', number: 3 }] });
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
    expect(hosts['shop--r1.apps.test']).toMatchObject({ state: 'stopped' });
    const off = targets({ app: { ...asleep, scale: { web: 0 } }, instances: rows });
    expect(off['shop.apps.test']).toMatchObject({ state: 'stopped' });
  });
});
