import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DrainView } from '#libs/contracts/api/drains.js';
import { makeApp } from '../../../../test/support/database.js';
import { makeUser, openApi, type TestApi, type TestUser } from '../testing/api.js';

let api: TestApi;
let path = '';
let developer: TestUser;
let viewer: TestUser;
let stranger: TestUser;

beforeAll(async () => {
  process.env.BERTH_OUTBOUND_ALLOW = '127.0.0.1/32';
  api = await openApi();
  delete process.env.BERTH_OUTBOUND_ALLOW;
  const { db } = api.database;
  const { teamId, name } = await makeApp(db);
  path = `/v1/apps/${name}/drains`;
  developer = await makeUser(db, [{ teamId, role: 'developer' }]);
  viewer = await makeUser(db, [{ teamId, role: 'viewer' }]);
  stranger = await makeUser(db, [{ teamId: (await makeApp(db)).teamId, role: 'owner' }]);
});
afterAll(() => api.close());

const as = (who: TestUser, method: 'get' | 'post' | 'delete', of = path) =>
  request(api.url)[method](of).set('Authorization', `Bearer ${who.token}`);
const urls = ['https', 'http', 'syslog', 'syslog+tls'].map((way) => `${way}://me:hush@127.0.0.1:9/in?k=hush`);

describe('a drain by REST', () => {
  it('is added by each way that there is, shows no secret, and is removed; an app has five', async () => {
    for (const url of [...urls, urls[0]]) await as(developer, 'post').send({ url }).expect(201);
    const refused = await as(developer, 'post').send({ url: urls[0] }).expect(422);
    expect(refused.body).toMatchObject({ code: 'too_many_drains' });
    const { items } = (await as(developer, 'get').expect(200)).body as { items: DrainView[] };
    expect(items).toHaveLength(5);
    expect(JSON.stringify(items)).not.toContain('hush');
    for (const { id } of items) await as(developer, 'delete', `${path}/${id}`).expect(204);
    await as(developer, 'delete', `${path}/${items[0]!.id}`).expect(404);
    const told = await api.database.db.event.findMany({ where: { kind: { startsWith: 'drain.' } } });
    expect(told.map(({ kind }) => kind).toSorted()).toEqual([
      ...Array.from({ length: 5 }, () => 'drain.added'),
      ...Array.from({ length: 5 }, () => 'drain.removed'),
    ]);
    expect(JSON.stringify(told.map(({ data }) => data))).not.toContain('hush');
  });

  it('is nobody’s business who may not change the app, and leads to no address inside of the platform', async () => {
    for (const [who, status] of [
      [viewer, 403],
      [stranger, 404],
    ] as const) {
      await as(who, 'get').expect(status);
      await as(who, 'post').send({ url: urls[0] }).expect(status);
      await as(who, 'delete', `${path}/${crypto.randomUUID()}`).expect(status);
    }
    for (const url of ['syslog://10.0.0.1', 'syslog+tls://[fd00::1]', 'https://192.168.0.1/', 'http://0/'])
      expect((await as(developer, 'post').send({ url }).expect(422)).body).toMatchObject({
        code: 'address_internal',
      });
    for (const url of ['udp://1.1.1.1', 'file:///dev/null'])
      await as(developer, 'post').send({ url }).expect(422);
  });
});
