import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { acceptDeployment } from '#libs/store/accept.js';
import { appendLogLines } from '#libs/store/log-lines.js';
import { makeApp, tester } from '../../../test/support/database.js';
import { makeUser, openApi, type TestApi, type TestUser } from './testing/api.js';
import { BreakableLink } from './testing/breakable-link.js';
import { SseClient } from './testing/sse-client.js';

let api: TestApi;
let owner: TestUser;
let link: BreakableLink;
let app: { teamId: string; appId: string; name: string };

beforeAll(async () => {
  const server = new URL(process.env.DATABASE_URL ?? '');
  link = new BreakableLink({ host: server.hostname, port: Number(server.port || 5432) });
  await link.mend();
  api = await openApi({ databasePort: link.port });
  app = await makeApp(api.database.db);
  owner = await makeUser(api.database.db, [{ teamId: app.teamId, role: 'owner' }]);
});
afterAll(async () => {
  await link.cut();
  await link.mend();
  await api.close();
  await link.cut();
});

const session = () => request(api.url).get('/v1/session').set('Authorization', `Bearer ${owner.token}`);

describe('while Postgres is away', () => {
  it('the api says so, lives on, and is well again by itself', async () => {
    expect((await session()).status).toBe(200);
    await link.cut();
    const answer = await session();
    expect(answer.body).toMatchObject({ status: 503, code: 'database_unavailable' });
    expect(answer.get('Retry-After')).toBe('5');
    expect((await request(api.url).get('/healthz')).body).toEqual({ status: 'degraded', database: false });
    expect((await request(api.url).get('/v1/meta')).status).toBe(200);
    await link.mend();
    await waitFor('the api to be well', async () => (await session()).status === 200, { timeoutMs: 15_000 });
  });

  it('live streams stay open, and show afterwards what came meanwhile', async () => {
    const { db } = api.database;
    const { deployment } = await acceptDeployment(db, {
      appId: app.appId,
      trigger: 'git',
      actor: tester,
      source: { kind: 'git', commit: 'e'.repeat(40) },
    });
    const say = (text: string) =>
      appendLogLines(db, deployment.id, [{ at: new Date(), kind: 'detail', text }]);
    const stream = new SseClient(`${api.url}/v1/apps/${app.name}/deployments/1/log/stream`, {
      authorization: `Bearer ${owner.token}`,
    });
    await say('before');
    await stream.next(({ data }) => data.text === 'before');
    await link.cut();
    await say('meanwhile');
    await link.mend();
    await stream.next(({ data }) => data.text === 'meanwhile');
    await say('after');
    await stream.next(({ data }) => data.text === 'after');
    expect(stream.ended).toBe(false);
    stream.close();
  });
});
