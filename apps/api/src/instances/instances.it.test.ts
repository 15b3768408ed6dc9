import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appFilters } from '#libs/core/app-states.js';
import type { InstanceView } from '#libs/contracts/api/instances.js';
import type { ExplainLayer } from '#libs/contracts/api/explain.js';
import { acceptDeployment } from '#libs/store/accept.js';
import { transaction } from '#libs/store/db.js';
import { claimBuild } from '#libs/store/deployments.js';
import { createRelease } from '#libs/store/releases.js';
import { SEALER } from '#libs/store/store.module.js';
import { makeApp, tester } from '../../../../test/support/database.js';
import { makeUser, openApi, type TestApi, type TestUser } from '../testing/api.js';

let api: TestApi;
let owner: TestUser;
let admin: TestUser;
let app: { teamId: string; appId: string; name: string };
const ids = { ready: '', stopped: '' };

const engine = {
  name: 'docker',
  version: '20.10.24',
  apiVersion: '1.41',
  kernel: '6.18',
  operatingSystem: 'Debian',
  cpus: 2,
  memoryBytes: 24e9,
  storageDriver: 'overlay2',
  runtimes: ['runc'],
};
const layer = {
  digest: `sha256:${'c'.repeat(64)}`,
  sizeBytes: 1_234_567,
  part: 'app',
  createdBy: 'COPY . .',
  reused: false,
  whyNot: 'server.js changed.',
};
const plan = {
  language: 'node',
  title: 'Node.js',
  detectedBy: 'package.json',
  choices: [{ what: 'Node', value: '24', why: 'engines asks for it', change: null }],
  warnings: [],
  dockerfile: 'FROM x',
  stacks: ['node'],
  sourceFolder: '',
  extraFiles: {},
  ignore: [],
  finalStage: [{ instruction: 'COPY . .', part: 'app' }],
  dependencyFiles: ['package.json'],
  processes: { web: ['node', 'server.js'] },
  port: null,
  healthPath: null,
};

beforeAll(async () => {
  api = await openApi();
  const { db } = api.database;
  app = await makeApp(db);
  owner = await makeUser(db, [{ teamId: app.teamId, role: 'owner' }]);
  admin = await makeUser(db, [], { admin: true });
  await deployed();
});
afterAll(() => api.close());

/** What builder and runtime leave behind: a build, a release, two instances with samples, a network. */
async function deployed(): Promise<void> {
  const { db } = api.database;
  const { appId, teamId } = app;
  const { deployment } = await acceptDeployment(db, {
    appId,
    trigger: 'git',
    actor: tester,
    source: {
      kind: 'git',
      commit: 'd'.repeat(40),
      message: 'First\n\nmore',
      author: 'Ada <ada@example.org>',
    },
  });
  await claimBuild(db, { id: deployment.id, worker: 'w', leaseMs: 60_000, actor: tester });
  const build = await db.build.create({
    data: {
      ...{ appId, deploymentId: deployment.id, attempt: 1, status: 'succeeded', language: 'node', plan },
      ...{ image: 'apps/x@sha256:1', imageBytes: 5_000_000_000n, layers: [layer], endedAt: new Date() },
    },
  });
  const release = await transaction(db, (tx) =>
    createRelease(tx, api.app.get(SEALER), {
      appId,
      content: {
        image: 'apps/x@sha256:1',
        buildId: build.id,
        processes: plan.processes,
        port: 8080,
        healthPath: null,
      },
      description: 'Deploy ddddddd',
      actor: { id: owner.id, name: owner.email },
    }),
  );
  await db.app.update({ where: { id: appId }, data: { liveReleaseId: release.id } });
  await db.deployment.update({
    where: { id: deployment.id },
    data: { status: 'live', releaseId: release.id, endedAt: new Date() },
  });
  const host = await db.host.create({ data: { name: 'local', epoch: 1, engine, lastSeenAt: new Date() } });
  await db.network.create({
    data: { teamId, hostId: host.id, slot: 1, name: 'n', bridge: 'br-berth1', subnet: '10.64.4.0/22' },
  });
  const instance = (status: string, address: string | null) =>
    db.instance.create({
      data: { appId, releaseId: release.id, hostId: host.id, process: 'web', status, address, port: 8080 },
    });
  ids.ready = (await instance('ready', '10.64.4.2')).id;
  ids.stopped = (await instance('stopped', null)).id;
  const sample = (at: number, cpu: number) => ({
    ...{ instanceId: ids.ready, at: new Date(at), appId, cpu, memoryBytes: 50_000_000n, pids: 7 },
    ...{ requests: 12, errors: 1, p50Ms: 3.5, p95Ms: null },
    // Two of 1 ms at most, the other ten of 2.5 to 5 s.
    buckets: [2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 12, 12, 12],
  });
  await db.metric.createMany({
    data: [
      sample(Date.now() - 3 * 3600_000, 0.1),
      sample(Date.now() - 20_000, 0.2),
      sample(Date.now() - 10_000, 0.3),
    ],
  });
}

const get = async (path: string, user = owner) => {
  const answer = await request(api.url).get(`/v1${path}`).set('Authorization', `Bearer ${user.token}`);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
};

describe('instances', () => {
  it('are shown with their newest sample, stopped ones on request', async () => {
    const { items } = (await get(`/apps/${app.name}/instances`)) as { items: InstanceView[] };
    expect(items).toEqual([
      expect.objectContaining({
        ...{ id: ids.ready, status: 'ready', release: 1, host: 'local', address: '10.64.4.2' },
        memoryLimitBytes: 512 * 1024 * 1024,
        latest: expect.objectContaining({ cpu: 0.3, memoryBytes: 50_000_000, p95Ms: null }),
      }),
    ]);
    const all = (await get(`/apps/${app.name}/instances?all=1`)) as { items: InstanceView[] };
    expect(all.items.map(({ id }) => id).sort()).toEqual([ids.ready, ids.stopped].sort());
  });

  it('have metrics of the last hour, or since a time', async () => {
    const hour = await get(`/apps/${app.name}/metrics`);
    expect(hour.series).toHaveLength(1);
    expect(hour.series[0]).toMatchObject({ instance: ids.ready, process: 'web', release: 1 });
    expect(hour.series[0].points.map((one: { cpu: number }) => one.cpu)).toEqual([0.2, 0.3]);
    const since = new Date(Date.now() - 4 * 3600_000).toISOString();
    const longer = await get(`/apps/${app.name}/metrics?since=${since}`);
    expect(longer.series[0].points).toHaveLength(3);
  });

  it('have a series of all of them together, with marks, and true quantiles', async () => {
    const event = (at: number, kind: string, data: object) => ({
      ...{ appId: app.appId, teamId: app.teamId, kind, data, actor: 'runtime', at: new Date(at) },
    });
    await api.database.db.event.createMany({
      data: [
        event(Date.now() - 2 * 3600_000, 'app.sleep', { tier: 'frozen' }),
        event(Date.now() - 30_000, 'app.sleep', { tier: 'running' }),
      ],
    });
    const series = await get(`/apps/${app.name}/metrics/series`);
    expect(series.stepSeconds).toBe(20);
    const { points } = series as {
      points: { requests: number; errors: number; p50Ms: number; cpu: number }[];
    };
    expect(points.reduce((sum, { requests }) => sum + requests, 0)).toBe(24);
    for (const point of points) {
      expect(point).toMatchObject({ instances: 1, memoryBytes: 50_000_000 });
      expect(point.cpu).toBeGreaterThanOrEqual(0.2);
      expect(point.cpu).toBeLessThanOrEqual(0.3);
      expect(point.p50Ms).toBeGreaterThan(2500);
    }
    expect(series.marks.map(({ kind }: { kind: string }) => kind)).toEqual(['frozen', 'awake']);
    const day = await get(
      `/apps/${app.name}/metrics/series?from=${new Date(Date.now() - 86_000_000).toISOString()}`,
    );
    expect(day.stepSeconds).toBe(600);
    expect(day.points.reduce((sum: number, { requests }: { requests: number }) => sum + requests, 0)).toBe(
      36,
    );
  });

  it('have their requests of the last hour beside those of other apps that one may see', async () => {
    const { requests } = await get(`/traffic?apps=${app.name},no-such-app`);
    expect(Object.keys(requests)).toEqual([app.name]);
    expect(requests[app.name].reduce((sum: number, count: number) => sum + count, 0)).toBe(24);
    const stranger = await makeUser(api.database.db, []);
    expect((await get(`/traffic?apps=${app.name}`, stranger)).requests).toEqual({});
  });

  it('make the app live', async () => {
    expect(await get(`/apps/${app.name}`)).toMatchObject({
      ...{ state: 'live', reason: null, liveRelease: { number: 1 } },
      lastDeployment: { number: 1, status: 'live', source: { message: 'First\n\nmore' } },
    });
  });

  it.each([
    [['live'], {}],
    [['asleep', 'frozen'], { sleepTier: 'frozen' }],
    [['asleep'], { sleepTier: 'stopped' }],
    [['stopped'], { scale: { web: 0 } }],
    [['no-release'], { liveReleaseId: null }],
  ])('are found by their app’s state, and by no other: %s', async (states, change) => {
    const { db } = api.database;
    const { appId: id } = app;
    const { liveReleaseId, sleepTier, scale } = await db.app.findUniqueOrThrow({ where: { id } });
    await db.app.update({ where: { id }, data: change });
    expect((await get(`/apps/${app.name}`)).state).toBe(states[0]);
    const found = await Promise.all(
      appFilters.map(async (each) => ((await get(`/apps?state=${each}`)).items.length === 1 ? [each] : [])),
    );
    expect(found.flat()).toEqual(states);
    await db.app.update({ where: { id }, data: { liveReleaseId, sleepTier, scale: scale as object } });
  });
});

describe('restarting one instance', () => {
  const restart = (id: string, user = owner) =>
    request(api.url)
      .post(`/v1/apps/${app.name}/instances/${id}/restart`)
      .set('Authorization', `Bearer ${user.token}`);
  const told = () => api.database.db.event.count({ where: { appId: app.appId, kind: 'instance.restarted' } });

  it('is asked for once, shown, and told to the audit list', async () => {
    const { db } = api.database;
    const first = await restart(ids.ready);
    expect([first.status, first.body]).toMatchObject([202, { id: ids.ready, status: 'ready' }]);
    const again = await restart(ids.ready);
    expect([again.status, again.body.restartAskedAt]).toEqual([202, first.body.restartAskedAt]);
    expect(await told()).toBe(1);
    await db.instance.update({ where: { id: ids.ready }, data: { restartAskedAt: null } });
  });

  it('is not for what is gone, what runs once, or who may not deploy', async () => {
    const { db } = api.database;
    expect((await restart(ids.stopped)).body).toMatchObject({
      status: 409,
      code: 'instance_not_restartable',
    });
    await db.instance.update({ where: { id: ids.ready }, data: { kind: 'run' } });
    expect((await restart(ids.ready)).body.code).toBe('instance_not_restartable');
    await db.instance.update({ where: { id: ids.ready }, data: { kind: 'app' } });
    const viewer = await makeUser(db, [{ teamId: app.teamId, role: 'viewer' }]);
    expect((await restart(ids.ready, viewer)).body.code).toBe('role_too_low');
    expect((await restart(app.appId)).body.code).toBe('instance_not_found');
  });
});

describe('a team', () => {
  it('sees what its containers use by their newest samples, and what they may', async () => {
    const { slug } = await api.database.db.team.findUniqueOrThrow({ where: { id: app.teamId } });
    expect(await get(`/teams/${slug}/use`)).toEqual({
      ...{ apps: 1, instances: { ready: 1 }, cpu: 0.3, cpuLimit: 1, requests: 24, errors: 2 },
      ...{ memoryBytes: 50_000_000, memoryLimitBytes: 512 * 1024 * 1024 },
    });
  });
});

describe('builds', () => {
  it('show plan and layers, by list, by id and with their deployment', async () => {
    const { items } = await get(`/apps/${app.name}/builds`);
    expect(items[0]).toMatchObject({
      deployment: 1,
      status: 'succeeded',
      layers: [layer],
      imageBytes: 5e9,
      plan,
    });
    expect(await get(`/apps/${app.name}/builds/${items[0].id}`)).toEqual(items[0]);
    expect((await get(`/apps/${app.name}/deployments/1`)).build).toEqual(items[0]);
  });
});

describe('explain', () => {
  it('fills each layer with the app’s real things', async () => {
    const { layers } = (await get(`/apps/${app.name}/explain`)) as { layers: ExplainLayer[] };
    const of = (name: string) => layers.find((one) => one.name === name)?.facts.map((fact) => fact.value);
    expect(of('code')).toContain('d'.repeat(40));
    expect(of('runtime')).toContain('Node.js, by package.json');
    expect(of('image')).toEqual(['apps/x@sha256:1', '5.00 GB', 'app, 1.2 MB']);
    expect(of('network')).toEqual(['br-berth1, 10.64.4.0/22', '10.64.4.2:8080']);
    expect(of('engine')).toEqual(['Docker Engine 20.10.24, API 1.41, overlay2']);
    expect(of('hardware')).toEqual(['2 cores, 22.4 GiB of memory']);
  });
});

describe('the platform', () => {
  it('is shown to administrators: hosts, what waits, and which parts are away', async () => {
    const platform = await get('/platform', admin);
    expect(platform).toMatchObject({
      hosts: [
        { name: 'local', ok: true, engine: { version: '20.10.24' }, instances: { ready: 1 }, networks: 1 },
      ],
      queue: { queued: 0, building: 0, starting: 0, oldestQueuedAt: null },
      counts: { apps: 1, liveApps: 1, users: 4 },
      streams: 0,
    });
    const ok = Object.fromEntries(
      platform.parts.map((part: { name: string; ok: boolean }) => [part.name, part.ok]),
    );
    expect(ok).toMatchObject({ postgres: true, redis: true, runtime: false, edge: false });
  });
});
