import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appView } from '#libs/contracts/api/apps.js';
import { createRelease } from '#libs/store/releases.js';
import { transaction } from '#libs/store/db.js';
import { acceptDeployment } from '#libs/store/accept.js';
import { goLive, confirmLive } from '#libs/store/go-live.js';
import { SEALER } from '#libs/store/store.module.js';
import { tester } from '../../../../test/support/database.js';
import { makeUser, openApi, type TestApi, type TestUser } from '../testing/api.js';

let api: TestApi;
let owner: TestUser;
let team: { id: string; slug: string };
let counter = 0;

beforeAll(async () => {
  api = await openApi();
  team = await api.database.db.team.create({ data: { slug: 'ours', name: 'Ours' } });
  owner = await makeUser(api.database.db, [{ teamId: team.id, role: 'owner' }]);
});
afterAll(() => api.close());

const as = (token = owner.token) => ({ Authorization: `Bearer ${token}` });
const get = (path: string) => request(api.url).get(`/v1${path}`).set(as());
const post = (path: string, body: object = {}) => request(api.url).post(`/v1${path}`).set(as()).send(body);
const patch = (path: string, body: object) => request(api.url).patch(`/v1${path}`).set(as()).send(body);
const remove = (path: string) => request(api.url).delete(`/v1${path}`).set(as());

async function newApp(): Promise<string> {
  const name = `shop${(counter += 1)}`;
  expect((await post('/apps', { name })).status).toBe(201);
  return name;
}

/** What builder and runtime do: a release of the app's present settings, live. */
async function goesLive(name: string): Promise<{ id: string; number: number }> {
  const { db } = api.database;
  const app = await db.app.findUniqueOrThrow({ where: { name } });
  const host = await db.host.upsert({ where: { name: 'h' }, create: { name: 'h', epoch: 1 }, update: {} });
  const release = await transaction(db, (tx) =>
    createRelease(tx, api.app.get(SEALER), {
      appId: app.id,
      content: {
        image: 'apps/x@sha256:1',
        buildId: null,
        processes: { web: [] },
        port: 8080,
        healthPath: null,
      },
      description: 'Deploy abc',
      actor: tester,
    }),
  );
  const { deployment } = await acceptDeployment(db, {
    appId: app.id,
    trigger: 'image',
    releaseId: release.id,
    actor: tester,
  });
  await settle(name, deployment.id, host.id);
  return release;
}

async function settle(name: string, deploymentId: string, hostId?: string): Promise<void> {
  const { db } = api.database;
  const app = await db.app.findUniqueOrThrow({ where: { name } });
  const host = hostId ?? (await db.host.findFirstOrThrow()).id;
  await goLive(db, { deploymentId, appGeneration: app.generation, hostId: host, epoch: 1, actor: tester });
  await confirmLive(db, deploymentId, tester);
}

describe('an app', () => {
  it('is created in the caller’s only team and shown as the contract says', async () => {
    const name = await newApp();
    const { body, status } = await get(`/apps/${name}`);
    expect(status).toBe(200);
    expect(appView.parse(body)).toMatchObject({
      name,
      team: 'ours',
      url: `http://${name}.apps.localhost:8080`,
      gitUrl: `http://berth.localhost:8080/git/${name}.git`,
      state: 'no-release',
      scale: { web: 1 },
    });
  });

  it('needs a valid, free name', async () => {
    const name = await newApp();
    expect((await post('/apps', { name })).body).toMatchObject({ status: 409, code: 'app_taken' });
    expect((await post('/apps', { name: 'API' })).body).toMatchObject({
      code: 'invalid_body',
      errors: [{ pointer: '/name' }],
    });
    expect((await post('/apps', { name: 'fine', team: 'theirs' })).body.code).toBe('team_not_found');
  });

  it('is found by part of its name, page by page', async () => {
    const names = await Promise.all(
      ['zebra-a', 'zebra-b', 'zebra-c'].map(async (name) => {
        await post('/apps', { name });
        return name;
      }),
    );
    const first = await get('/apps?search=ZEBRA&limit=2');
    const second = await get(`/apps?search=ZEBRA&limit=2&cursor=${first.body.next}`);
    expect([...first.body.items, ...second.body.items].map((app: { name: string }) => app.name)).toEqual(
      names,
    );
    expect(second.body.next).toBeNull();
    expect((await get('/apps?cursor=nonsense')).body.code).toBe('cursor_invalid');
    expect((await get('/apps?limit=1000')).body).toMatchObject({ status: 400, code: 'invalid_query' });
  });

  it('scales at once, and takes new limits by a new release of the same image', async () => {
    const name = await newApp();
    expect((await patch(`/apps/${name}`, { limits: { memoryMb: 256 } })).body).toMatchObject({
      outcome: 'next-deploy',
      app: { limits: { memoryMb: 256 } },
    });
    await goesLive(name);
    expect((await patch(`/apps/${name}`, { scale: { web: 3 } })).body).toMatchObject({
      outcome: 'applied',
      deployment: null,
      app: { scale: { web: 3 }, state: 'starting' },
    });
    const limited = await patch(`/apps/${name}`, { limits: { memoryMb: 300 }, healthPath: '/up' });
    expect(limited.body).toMatchObject({
      outcome: 'deployment',
      deployment: { trigger: 'config', status: 'starting' },
      app: { state: 'deploying' },
    });
    const release = await get(`/apps/${name}/releases/2`);
    expect(release.body).toMatchObject({
      image: 'apps/x@sha256:1',
      limits: { memoryMb: 300 },
      healthPath: '/up',
      description: 'Set healthPath /up, memoryMb 300',
    });
    expect((await patch(`/apps/${name}`, { limits: { memoryMb: 300 } })).body.outcome).toBe('unchanged');
    expect((await patch(`/apps/${name}`, { limits: { memoryMb: 1 } })).status).toBe(422);
  });

  it.each([
    ['settings', '', { limits: { memoryMb: 256 } }],
    ['config', '/config', { vars: { GREETING: 'hello' } }],
  ])('refuses %s that are based on what is no longer so', async (_, path, change) => {
    const name = await newApp();
    const { revision } = (await get(`/apps/${name}${path}`)).body;
    expect((await patch(`/apps/${name}`, { keepReleases: 3, revision })).status).toBe(200);
    expect(await patch(`/apps/${name}${path}`, { ...change, revision })).toMatchObject({
      status: 409,
      body: { code: 'changed_meanwhile' },
    });
    const now = (await get(`/apps/${name}${path}`)).body;
    expect((await patch(`/apps/${name}${path}`, { ...change, revision: now.revision })).status).toBe(200);
  });

  it('lets load decide between bounds, until its owner names a number', async () => {
    const name = await newApp();
    const change = (autoscale: unknown) => patch(`/apps/${name}`, { autoscale });
    expect((await change({ min: 1, max: 5, concurrency: 50 })).body.app.autoscale).toEqual({
      enabled: true,
      min: 1,
      max: 5,
      concurrency: 50,
      requestsPerSecond: null,
      cpuPercent: null,
      wanted: 1,
    });
    expect((await get(`/apps/${name}`)).body.sleep.enabled).toBe(false);
    expect((await change({ max: 8, concurrency: null })).body).toMatchObject({
      outcome: 'applied',
      app: { autoscale: { enabled: true, min: 1, max: 8, concurrency: null } },
    });
    expect((await patch(`/apps/${name}`, { scale: { web: 3 } })).body.app).toMatchObject({
      scale: { web: 3 },
      autoscale: { enabled: false, wanted: 3 },
    });
    // It goes on from there.
    expect((await change({ enabled: null })).body.app.autoscale).toMatchObject({ enabled: true, wanted: 3 });
    expect((await change(null)).body.app.autoscale).toMatchObject({ enabled: false, min: 0, wanted: 3 });
    expect((await change({ min: 3, max: 2 })).body).toMatchObject({ status: 422 });
  });

  it('forgets a health path that is unset', async () => {
    const name = await newApp();
    await patch(`/apps/${name}`, { healthPath: '/up' });
    await goesLive(name);
    await patch(`/apps/${name}`, { healthPath: null });
    expect((await get(`/apps/${name}/releases/2`)).body.healthPath).toBeNull();
  });

  it('restarts by a copy of the live release', async () => {
    const name = await newApp();
    expect((await post(`/apps/${name}/restart`)).body.code).toBe('no_release');
    await goesLive(name);
    const answer = await post(`/apps/${name}/restart`);
    expect(answer.status).toBe(202);
    expect(answer.body.deployment).toMatchObject({ release: { number: 2, description: 'Restart of v1' } });
    expect((await post(`/apps/${name}/restart`)).body.code).toBe('deployment_unfinished');
  });

  it('when deleted, frees name and domains, ends what was under way, and no longer exists', async () => {
    const name = await newApp();
    await goesLive(name);
    await post(`/apps/${name}/domains`, { name: 'gone.example.org' });
    const going = await post(`/apps/${name}/deployments`, { image: 'nginx:1.27' });
    expect(going.status).toBe(202);
    expect((await remove(`/apps/${name}`)).status).toBe(204);
    expect((await get(`/apps/${name}`)).status).toBe(404);
    const { db } = api.database;
    const deployment = await db.deployment.findUniqueOrThrow({ where: { id: going.body.deployment.id } });
    expect(deployment.status).toBe('cancelled');
    expect((await post('/apps', { name })).status).toBe(201);
    expect((await post(`/apps/${name}/domains`, { name: 'gone.example.org' })).status).toBe(201);
    const events = await get('/events?team=ours&limit=100');
    expect(events.body.items.map((one: { kind: string; app: string }) => [one.kind, one.app])).toContainEqual(
      ['app.deleted', name],
    );
  });
});

describe('config', () => {
  it('is kept for the first deploy, then makes a release; values are opened for developers only', async () => {
    const name = await newApp();
    expect((await patch(`/apps/${name}/config`, { vars: { GREETING: 'hi' } })).body).toEqual({
      outcome: 'next-deploy',
      deployment: null,
    });
    await goesLive(name);
    const changed = await patch(`/apps/${name}/config`, { vars: { GREETING: null, NAME: 'Ada' } });
    expect(changed.body).toMatchObject({ outcome: 'deployment', deployment: { status: 'starting' } });
    const { body } = await get(`/apps/${name}/config`);
    expect(body.vars).toEqual([{ key: 'NAME', value: 'Ada', addOn: null, updatedAt: expect.any(String) }]);
    expect((await patch(`/apps/${name}/config`, { vars: { NAME: 'Ada' } })).body.outcome).toBe('unchanged');
    const rows = await api.database.db.configVar.findMany();
    expect(JSON.stringify(rows)).not.toContain('Ada');
    const viewer = await makeUser(api.database.db, [{ teamId: team.id, role: 'viewer' }]);
    const refused = await request(api.url).get(`/v1/apps/${name}/config`).set(as(viewer.token));
    expect(refused.body.code).toBe('role_too_low');
  });

  it('refuses names that the platform sets, and says which', async () => {
    const name = await newApp();
    const { body } = await patch(`/apps/${name}/config`, { vars: { PORT: '1', BERTH_X: '2', OK: '3' } });
    expect(body.errors.map((one: { pointer: string }) => one.pointer)).toEqual([
      '/vars/PORT',
      '/vars/BERTH_X',
    ]);
  });
});

describe('deployments and releases', () => {
  it('go back to an older release with its image and config, without a build', async () => {
    const name = await newApp();
    const first = await goesLive(name);
    await goesLive(name);
    expect((await post(`/apps/${name}/releases/2/rollback`)).body.code).toBe('release_is_live');
    const back = await post(`/apps/${name}/releases/1/rollback`);
    expect(back.status).toBe(202);
    expect(back.body.deployment).toMatchObject({
      status: 'starting',
      trigger: 'rollback',
      release: { number: 1 },
      createdBy: owner.email,
    });
    await settle(name, back.body.deployment.id);
    const { body } = await get(`/apps/${name}/releases`);
    expect(body.items.map((one: { number: number; live: boolean }) => [one.number, one.live])).toEqual([
      [2, false],
      [1, true],
    ]);
    expect(body.items[1].id).toBe(first.id);
    expect((await post(`/apps/${name}/releases/9/rollback`)).body.code).toBe('release_not_found');
  });

  it('are cancelled once, and repeated from the same source', async () => {
    const name = await newApp();
    const made = await post(`/apps/${name}/deployments`, {
      image: 'ghcr.io/x/y@sha256:0a',
      message: 'Try y',
    });
    const source = { kind: 'image', message: 'Try y' };
    expect(made.body.deployment).toMatchObject({ number: 1, status: 'queued', source });
    expect((await post(`/apps/${name}/deployments/1/cancel`)).body.status).toBe('cancelled');
    expect((await post(`/apps/${name}/deployments/1/cancel`)).body.code).toBe('deployment_ended');
    const again = await post(`/apps/${name}/deployments/1/retry`);
    expect(again.body.deployment).toMatchObject({
      number: 2,
      trigger: 'retry',
      source: { image: 'ghcr.io/x/y@sha256:0a' },
    });
    const other = await post(`/apps/${name}/deployments`, { retry: 1 });
    expect(other.body.deployment.number).toBe(3);
    const { body } = await get(`/apps/${name}/deployments/2`);
    expect(body).toMatchObject({
      status: 'superseded',
      supersededBy: 3,
      steps: [{ name: 'receive' }],
      build: null,
    });
    expect((await post(`/apps/${name}/deployments`, { image: '--help' })).status).toBe(422);
    expect((await post(`/apps/${name}/deployments`, { image: 'x', retry: 1 })).status).toBe(422);
  });
});

describe('domains', () => {
  it('belong to one app, and are never the platform’s own', async () => {
    const [one, two] = [await newApp(), await newApp()];
    const added = await post(`/apps/${one}/domains`, { name: 'WWW.example.org' });
    expect(added.body).toMatchObject({ name: 'www.example.org', url: 'http://www.example.org:8080' });
    expect((await post(`/apps/${two}/domains`, { name: 'www.example.org' })).body.code).toBe('domain_taken');
    for (const name of ['berth.localhost', 'x.apps.localhost', 'a.berth.localhost'])
      expect((await post(`/apps/${two}/domains`, { name })).body.code).toBe('domain_reserved');
    expect((await post(`/apps/${two}/domains`, { name: 'http://x.org' })).status).toBe(422);
    await post(`/apps/${one}/domains`, { name: 'shop.localhost' });
    expect((await get(`/apps/${one}/domains/shop.localhost/dns`)).body).toEqual({
      ...{ leads: 'here', addresses: [], target: `${one}.apps.localhost` },
    });
    expect((await get(`/apps/${two}/domains/shop.localhost/dns`)).body.code).toBe('domain_not_found');
    expect((await remove(`/apps/${one}/domains/www.example.org`)).status).toBe(204);
    expect((await remove(`/apps/${one}/domains/www.example.org`)).body.code).toBe('domain_not_found');
  });
});

describe('explain', () => {
  it('tells who owns each layer, with the app’s real things in it', async () => {
    const name = await newApp();
    await goesLive(name);
    const { body } = await get(`/apps/${name}/explain`);
    expect(body.layers.map((layer: { name: string }) => layer.name)).toHaveLength(14);
    const facts = body.layers.flatMap((layer: { facts: { value: string }[] }) => layer.facts);
    expect(facts.map((fact: { value: string }) => fact.value)).toContain('apps/x@sha256:1');
    expect(new Set(body.layers.map((layer: { owner: string }) => layer.owner))).toEqual(
      new Set(['you', 'berth', 'host']),
    );
  });
});
