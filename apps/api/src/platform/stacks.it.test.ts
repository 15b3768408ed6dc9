import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import request from 'supertest';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { planOf } from '#libs/buildpack/plan-of.js';
import { acceptDeployment } from '#libs/store/accept.js';
import { tester } from '../../../../test/support/database.js';
import { makeUser, openApi, type TestApi, type TestUser } from '../testing/api.js';

let api: TestApi;
let admin: TestUser;
let owner: TestUser;
let team: { id: string; slug: string };

beforeAll(async () => {
  api = await openApi();
  team = await api.database.db.team.create({ data: { slug: 'ours', name: 'Ours' } });
  owner = await makeUser(api.database.db, [{ teamId: team.id, role: 'owner' }]);
  admin = await makeUser(api.database.db, [], { admin: true });
});
afterAll(() => api.close());

const call = (method: 'get' | 'post', path: string, user = admin) =>
  request(api.url)[method](`/v1${path}`).set('Authorization', `Bearer ${user.token}`);

const madeAt = '2026-11-30T20:47:12.123Z';
const inForce = async (stacks: Record<string, string>) => {
  await writeFile(join(api.home, 'stacks-made.json'), JSON.stringify({ 'stack/static': madeAt }));
  await writeFile(join(api.home, 'stacks.json'), JSON.stringify(stacks));
};

/** An app whose live release was built from an upload (or else is an instance’s commit), as builder and runtime leave it. */
async function liveApp(name: string, kind: 'upload' | 'instance' = 'upload'): Promise<string> {
  const { db } = api.database;
  const plan = await planOf({ 'index.html': '' });
  const app = await db.app.create({ data: { name, teamId: team.id } });
  const { deployment, source } = await acceptDeployment(db, {
    appId: app.id,
    trigger: kind === 'upload' ? 'upload' : 'commit',
    source: { kind },
    actor: tester,
  });
  const image = `apps/${app.id}@sha256:${'1'.repeat(64)}`;
  const build = await db.build.create({
    data: { appId: app.id, deploymentId: deployment.id, attempt: 1, status: 'succeeded', plan, image },
  });
  const release = await db.release.create({
    data: {
      ...{ appId: app.id, number: 1, image, buildId: build.id, sealedConfig: '', configKeys: [] },
      ...{ processes: plan.processes, memoryMb: 256, cpus: 1, pids: 64, startTimeoutSeconds: 60 },
      ...{ graceSeconds: 10, description: 'Deploy' },
    },
  });
  await db.app.update({ where: { id: app.id }, data: { liveReleaseId: release.id } });
  await db.deployment.update({
    where: { id: deployment.id },
    data: { status: 'live', releaseId: release.id, endedAt: new Date() },
  });
  return source?.id ?? '';
}

it('apps whose stack was renewed are listed, and built again from the source that is live', async () => {
  const source = await liveApp('page');
  await liveApp('patched', 'instance');
  await inForce({ static: 'stack/static' });
  expect((await call('get', '/platform/stacks')).body).toEqual({
    items: [{ name: 'static', image: 'stack/static', madeAt, current: 2, behind: [] }],
  });
  expect((await call('post', '/platform/stacks/rebuild')).body).toEqual({ accepted: [], refused: [] });

  await inForce({ static: 'stack/static:newer' });
  expect((await call('get', '/platform/stacks')).body.items[0]).toMatchObject({
    ...{ madeAt: null, current: 0 },
    behind: [
      { team: 'ours', app: 'page', release: 1 },
      { team: 'ours', app: 'patched', release: 1 },
    ],
  });
  // The new base of a newer Berth leaves it to the next build to make the others.
  await inForce({ base: 'stack/base:newer' });
  expect((await call('get', '/platform/stacks')).body.items).toMatchObject([
    { name: 'base', behind: [] },
    { name: 'static', image: null, behind: [{ app: 'page' }, { app: 'patched' }] },
  ]);
  const { status, body } = await call('post', '/platform/stacks/rebuild');
  expect(status).toBe(202);
  expect(body).toMatchObject({
    accepted: [
      { team: 'ours', deployment: { app: 'page', number: 2, trigger: 'rebuild', status: 'queued' } },
    ],
    refused: [{ app: 'patched', reason: expect.stringContaining('built from files') }],
  });
  const accepted = await api.database.db.deployment.findUniqueOrThrow({
    where: { id: body.accepted[0].deployment.id },
  });
  expect(accepted.sourceId).toBe(source);
  // What was live goes on until the new image is ready.
  const app = await api.database.db.app.findUniqueOrThrow({ where: { name: 'page' } });
  const live = await api.database.db.release.findUniqueOrThrow({ where: { id: app.liveReleaseId ?? '' } });
  expect(live.number).toBe(1);
});

it('an owner moves an app alone; the others of the platform are the administrator’s', async () => {
  await liveApp('mine');
  const { status, body } = await call('post', '/apps/mine/deployments', owner).send({ rebuild: true });
  expect(status).toBe(202);
  expect(body.deployment).toMatchObject({ trigger: 'rebuild', source: { kind: 'upload' } });
  await call('post', '/apps', owner).send({ name: 'empty' }).expect(201);
  expect((await call('post', '/apps/empty/deployments', owner).send({ rebuild: true })).body.code).toBe(
    'nothing_to_rebuild',
  );
  expect((await call('get', '/platform/stacks', owner)).status).toBe(403);
  expect((await call('post', '/platform/stacks/rebuild', owner)).status).toBe(403);
});
