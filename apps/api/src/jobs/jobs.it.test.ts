import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CronList, JobView } from '#libs/contracts/api/jobs.js';
import { adoptSchedules } from '#libs/store/cron.js';
import { transaction } from '#libs/store/db.js';
import { createRelease } from '#libs/store/releases.js';
import { SEALER } from '#libs/store/store.module.js';
import { makeApp, tester } from '../../../../test/support/database.js';
import { makeUser, openApi, type TestApi, type TestUser } from '../testing/api.js';

let api: TestApi;
let app: { teamId: string; appId: string; name: string };
let developer: TestUser;
let viewer: TestUser;
let stranger: TestUser;

beforeAll(async () => {
  api = await openApi();
  const { db } = api.database;
  app = await makeApp(db);
  developer = await makeUser(db, [{ teamId: app.teamId, role: 'developer' }]);
  viewer = await makeUser(db, [{ teamId: app.teamId, role: 'viewer' }]);
  stranger = await makeUser(db, [{ teamId: (await makeApp(db)).teamId, role: 'owner' }]);
});
afterAll(() => api.close());

const as = (who: TestUser, method: 'get' | 'post', path: string) =>
  request(api.url)[method](`/v1/apps/${app.name}${path}`).set('Authorization', `Bearer ${who.token}`);
const job = { task: { command: ['true'] } };
const jobs = async (query = '') =>
  (await as(viewer, 'get', `/jobs${query}`).expect(200)).body as { items: JobView[]; next: string | null };

/** A live release with this entry in its schedule; no runtime runs it. */
async function released(): Promise<void> {
  const { db } = api.database;
  const entry = {
    ...{ name: 'tidy', schedule: '0 3 * * *', timezone: 'Europe/Berlin', task: job.task },
    ...{ overlap: false, missed: 'run' as const, timeoutSeconds: 60, retries: 1 },
  };
  const content = {
    ...{ image: `apps/${app.appId}@sha256:${'a'.repeat(64)}`, buildId: null, port: 8080, healthPath: null },
    ...{ processes: { web: [] }, manifest: { env: {}, sleep: {}, scale: {}, cron: [entry] } },
  };
  const release = await transaction(db, (tx) =>
    createRelease(tx, api.app.get(SEALER), {
      ...{ appId: app.appId, content, description: 'one', actor: tester },
    }),
  );
  await db.app.update({ where: { id: app.appId }, data: { liveReleaseId: release.id } });
  const host = await db.host.create({ data: { name: 'here', epoch: 1 } });
  await adoptSchedules(db, { hostId: host.id, epoch: 1 }, new Date());
}

describe('jobs by REST', () => {
  it('need a live release', async () => {
    expect((await as(developer, 'post', '/jobs').send(job).expect(409)).body).toMatchObject({
      code: 'no_release',
    });
  });

  it('are asked for, listed by entry, status and page, and cancelled; who asked is told', async () => {
    await released();
    const { body: byHand } = await as(developer, 'post', '/jobs')
      .send({ ...job, retries: 2 })
      .expect(202);
    const { body: bySchedule } = await as(developer, 'post', '/cron/run').send({ name: 'tidy' }).expect(202);
    expect(byHand).toMatchObject({ status: 'queued', cron: null, retries: 2, createdBy: developer.email });
    expect(bySchedule).toMatchObject({ status: 'queued', cron: 'tidy', retries: 1, timeoutSeconds: 60 });
    expect((await jobs()).items.map(({ id }) => id)).toEqual([bySchedule.id, byHand.id]);
    expect((await jobs('?cron=tidy')).items.map(({ id }) => id)).toEqual([bySchedule.id]);
    const first = await jobs('?limit=1');
    const second = await jobs(`?limit=1&cursor=${encodeURIComponent(first.next ?? '')}`);
    expect([first, second].flatMap(({ items }) => items.map(({ id }) => id))).toEqual([
      bySchedule.id,
      byHand.id,
    ]);

    await as(developer, 'post', `/jobs/${byHand.id}/cancel`).expect(200);
    // Once more is no error, and no second event.
    const again = await as(developer, 'post', `/jobs/${byHand.id}/cancel`).expect(200);
    expect(again.body).toMatchObject({ status: 'cancelled', reason: `Cancelled by ${developer.email}.` });
    expect((await jobs('?status=cancelled')).items).toHaveLength(1);
    const events = await api.database.db.event.findMany({ where: { kind: { startsWith: 'job.' } } });
    expect(events.map(({ kind, actor }) => [kind, actor])).toEqual([
      ['job.created', developer.email],
      ['job.created', developer.email],
      ['job.cancelled', developer.email],
    ]);
  });

  it('are read by viewers and run by developers; those of another app are not there', async () => {
    const { items: entries } = (await as(viewer, 'get', '/cron').expect(200)).body as CronList;
    expect(entries).toMatchObject([{ name: 'tidy', timezone: 'Europe/Berlin', failing: 0 }]);
    const { id } = (await jobs()).items[0]!;
    await as(viewer, 'get', `/jobs/${id}`).expect(200);
    await as(viewer, 'post', '/jobs').send(job).expect(403);
    await as(viewer, 'post', '/cron/run').send({ name: 'tidy' }).expect(403);
    await as(viewer, 'post', `/jobs/${id}/cancel`).expect(403);
    await as(stranger, 'get', '/jobs').expect(404);
    const beside = `beside-${app.name}`;
    await api.database.db.app.create({ data: { teamId: app.teamId, name: beside } });
    await request(api.url)
      .get(`/v1/apps/${beside}/jobs/${id}`)
      .set('Authorization', `Bearer ${developer.token}`)
      .expect(404);
    const unknown = await as(developer, 'post', '/cron/run').send({ name: 'nothing' }).expect(404);
    expect(unknown.body).toMatchObject({ code: 'cron_not_found' });
  });

  it('are refused where their task, time or retries make no sense', async () => {
    for (const wrong of [
      { task: { command: [] } },
      { task: { path: 'no-slash' } },
      { ...job, timeoutSeconds: 0 },
      { ...job, timeoutSeconds: 86_401 },
      { ...job, retries: 11 },
      {},
    ])
      await as(developer, 'post', '/jobs').send(wrong).expect(422);
  });
});
