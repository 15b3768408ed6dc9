import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QuotaChange } from '#libs/contracts/quota.js';
import { defaultQuota } from '#libs/core/quota.js';
import { freshDatabase, tester, type TestDatabase } from '../../test/support/database.js';
import { acceptDeployment } from './accept.js';
import { changeSettings } from './app-settings.js';
import { createApp, deleteApp } from './apps.js';
import { finishBuild, startBuild } from './builds.js';
import { claimBuild } from './deployments.js';
import { addDomain } from './domains.js';
import { changeQuota, heldByQuota, teamQuota, teamQuotaUse } from './quota.js';

let t: TestDatabase;
beforeAll(async () => {
  t = await freshDatabase();
});
afterAll(() => t.drop());

const nextName = () => `q${randomBytes(4).toString('hex')}`;

async function team(quota: QuotaChange): Promise<string> {
  const slug = nextName();
  const { id } = await t.db.team.create({ data: { slug, name: slug } });
  await changeQuota(t.db, id, quota, tester);
  return id;
}

const newApp = (teamId: string) => createApp(t.db, { name: nextName(), teamId }, tester);
const push = (appId: string) =>
  acceptDeployment(t.db, { appId, trigger: 'image', actor: tester, source: { kind: 'image', image: 'x' } });
const claim = (id: string) => claimBuild(t.db, { id, worker: 'w', leaseMs: 60_000, actor: tester });

/** How the promises ended: the number that succeeded, and the codes of those that did not. */
async function outcome(work: Promise<unknown>[]) {
  const ends = await Promise.allSettled(work);
  const failed = ends.flatMap((end) =>
    end.status === 'rejected' ? [(end.reason as { code: string }).code] : [],
  );
  return { done: ends.length - failed.length, failed: [...new Set(failed)] };
}

/** Builds a deployment to its end as a builder does, with what its files say of limits, and layers of so many bytes. */
async function build(deploymentId: string, options: { memoryMb?: number; layerBytes?: number } = {}) {
  const held = await claim(deploymentId);
  if (held === null) throw new Error('not claimed');
  const build = await startBuild(t.db, { appId: held.appId, deploymentId, attempt: held.attempt });
  const sizeBytes = options.layerBytes ?? 1024;
  const layer = {
    digest: nextName(),
    sizeBytes,
    part: 'app' as const,
    createdBy: '',
    reused: false,
    whyNot: null,
  };
  return finishBuild(t.db, t.sealer, {
    ...{ deploymentId, holder: { worker: 'w', attempt: held.attempt }, build, pushedSince: new Date() },
    result: {
      plan: null,
      language: 'image',
      image: `apps/x@sha256:${nextName()}`,
      imageBytes: 1n,
      layers: [layer],
    },
    content: {
      ...{ image: 'apps/x@sha256:1', processes: { web: [] }, port: 8080, healthPath: null },
      ...(options.memoryMb !== undefined && {
        manifest: { env: {}, sleep: {}, scale: {}, limits: { memoryMb: options.memoryMb } },
      }),
    },
    description: 'Deploy',
    lineOf: () => 'made',
    actor: tester,
  });
}

describe('a team’s quota', () => {
  it('holds against many at once: so many apps, and no more', async () => {
    const teamId = await team({ apps: 3 });
    const ends = await outcome(Array.from({ length: 8 }, () => newApp(teamId)));
    expect(ends).toEqual({ done: 3, failed: ['quota_exceeded'] });
    expect((await teamQuotaUse(t.db, teamId)).apps).toBe(3);
  });

  it('gives room back when something goes', async () => {
    const teamId = await team({ apps: 1 });
    const { id } = await newApp(teamId);
    await expect(newApp(teamId)).rejects.toMatchObject({
      code: 'quota_exceeded',
      details: { quota: 'apps' },
    });
    await deleteApp(t.db, id, tester);
    await expect(newApp(teamId)).resolves.toBeTruthy();
  });

  it('lets no more apps be deployed at once than their memory has room for', async () => {
    const teamId = await team({ memoryMb: 1024 });
    const apps = await Promise.all(Array.from({ length: 4 }, () => newApp(teamId)));
    const ends = await outcome(apps.map(({ id }) => push(id)));
    expect(ends).toEqual({ done: 2, failed: ['quota_exceeded'] });
    expect(await t.db.source.count({ where: { app: { teamId } } })).toBe(2);
  });

  it('counts what an app is to run, and refuses more of it without changing anything', async () => {
    const teamId = await team({ instances: 3, cpus: 3 });
    const { id } = await newApp(teamId);
    await build((await push(id)).deployment.id);
    await changeSettings(t.db, id, { scale: { web: 3 } }, tester);
    await expect(changeSettings(t.db, id, { scale: { web: 4 } }, tester)).rejects.toMatchObject({
      code: 'quota_exceeded',
    });
    await expect(changeSettings(t.db, id, { cpus: 2 }, tester)).rejects.toMatchObject({
      details: { quota: 'cpus', limit: 3, before: 3, after: 6 },
    });
    const app = await t.db.app.findUniqueOrThrow({ where: { id } });
    expect(app).toMatchObject({ scale: { web: 3 }, cpus: 1 });
    expect(await teamQuotaUse(t.db, teamId)).toMatchObject({ instances: 3, cpus: 3, memoryMb: 1536 });
  });

  it('that is lowered leaves what runs as it is, which may be deployed and shrink, but not grow', async () => {
    const teamId = await team({});
    const { id } = await newApp(teamId);
    await build((await push(id)).deployment.id);
    await changeSettings(t.db, id, { scale: { web: 3 } }, tester);
    await changeQuota(t.db, teamId, { instances: 1 }, tester);
    await build((await push(id)).deployment.id);
    await changeSettings(t.db, id, { scale: { web: 2 } }, tester);
    const up = changeSettings(t.db, id, { scale: { web: 3 } }, tester);
    await expect(up).rejects.toMatchObject({ code: 'quota_exceeded' });
  });

  it('is asked again when a build tells what the app’s own files want', async () => {
    const teamId = await team({ memoryMb: 600 });
    const { id } = await newApp(teamId);
    const { deployment } = await push(id);
    await expect(build(deployment.id, { memoryMb: 2048 })).rejects.toMatchObject({ code: 'quota_exceeded' });
    expect(await t.db.release.count({ where: { appId: id } })).toBe(0);
    const { status } = await t.db.deployment.findUniqueOrThrow({ where: { id: deployment.id } });
    expect(status).toBe('building');
  });

  it('limits the layers of images, and takes no source once they are full', async () => {
    const teamId = await team({ diskMb: 10 });
    const { id } = await newApp(teamId);
    await build((await push(id)).deployment.id, { layerBytes: 6 * 1024 ** 2 });
    const { deployment } = await push(id);
    const second = build(deployment.id, { layerBytes: 6 * 1024 ** 2 });
    await expect(second).rejects.toMatchObject({ details: { quota: 'diskMb', before: 6, after: 12 } });
    await changeQuota(t.db, teamId, { diskMb: 6 }, tester);
    await expect(push(id)).rejects.toMatchObject({ code: 'quota_exceeded' });
  });

  it('lets so many builds begin at a time, whoever asks at once; the others wait and are told why', async () => {
    const teamId = await team({ builds: 2 });
    const apps = await Promise.all(Array.from({ length: 5 }, () => newApp(teamId)));
    const ids = await Promise.all(apps.map(async ({ id }) => (await push(id)).deployment.id));
    const claims = await Promise.all(ids.map(claim));
    expect(claims.filter((one) => one !== null)).toHaveLength(2);
    const waiting = ids.filter((id) => claims.every((one) => one?.id !== id));
    const held = await heldByQuota(t.db, ids);
    for (const id of waiting)
      expect(held.get(id)).toBe('The team builds 2 at a time, as an administrator set.');
  });

  it('limits domains, is told in an event, and has its default again on request', async () => {
    const teamId = await team({ domains: 1, apps: 'unlimited' });
    const { id } = await newApp(teamId);
    await addDomain(t.db, { id, teamId }, `${nextName()}.example.org`, tester);
    const second = addDomain(t.db, { id, teamId }, `${nextName()}.example.org`, tester);
    await expect(second).rejects.toMatchObject({ code: 'quota_exceeded' });
    expect(await teamQuota(t.db, teamId)).toMatchObject({ limits: { domains: 1, apps: null } });
    await changeQuota(t.db, teamId, { domains: null, apps: null }, tester);
    expect(await teamQuota(t.db, teamId)).toEqual({ limits: defaultQuota, set: {} });
    const events = await t.db.event.findMany({
      where: { teamId, kind: 'team.quota' },
      orderBy: { id: 'asc' },
    });
    expect(events.map(({ data }) => data)).toEqual([
      { domains: 1, apps: 'unlimited' },
      { domains: null, apps: null },
    ]);
  });
});
