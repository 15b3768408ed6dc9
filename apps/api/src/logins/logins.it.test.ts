import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StartedLogin } from '#libs/contracts/api/logins.js';
import { makeApp } from '../../../../test/support/database.js';
import { makeToken, makeUser, openApi, type TestApi } from '../testing/api.js';

let api: TestApi;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.close());

const machine = { machine: 'ada-laptop', client: 'berth 1.2.3' };

async function start(wish: object = {}): Promise<StartedLogin> {
  const answer = await request(api.url)
    .post('/v1/logins')
    .send({ ...machine, wish });
  expect(answer.status).toBe(201);
  return answer.body as StartedLogin;
}
const redeem = (secret: string) => request(api.url).post('/v1/logins/token').send({ secret });
const as = (token: string) => ({ authorization: `Bearer ${token}` });
const allow = (code: string, token: string, body: object) =>
  request(api.url).post(`/v1/logins/${code}/allow`).set(as(token)).send(body);
const look = (code: string, token: string) => request(api.url).get(`/v1/logins/${code}`).set(as(token));

describe('a command line that asks to be let in', () => {
  it('names itself to the person, waits, and gets one token of the reach that the person chose', async () => {
    const { db } = api.database;
    const { teamId, name } = await makeApp(db);
    const ada = await makeUser(db, [{ teamId, role: 'developer' }]);
    const asked = await start({ scope: 'admin' });
    expect(asked.page).toContain(`/device?code=${asked.code}`);
    expect((await redeem(asked.secret)).body).toEqual({ made: null });

    const typed = asked.code.toLowerCase().replace('-', ' ');
    const shown = await look(typed, ada.token);
    expect(shown.body).toMatchObject({ ...machine, code: asked.code, wish: { scope: 'admin' } });

    const answer = { scope: 'deploy', team: `team-${name}`, expiresInDays: 30 };
    expect((await allow(asked.code, ada.token, answer)).status).toBe(204);
    const got = await redeem(asked.secret);
    expect(got.body.made.token).toMatchObject({
      name: 'berth 1.2.3 on ada-laptop',
      scopes: ['deploy'],
      team: `team-${name}`,
    });
    const days = (Date.parse(got.body.made.token.expiresAt) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(29);
    expect(days).toBeLessThan(31);
    const me = await request(api.url).get('/v1/session').set(as(got.body.made.secret));
    expect(me.body).toMatchObject({ user: { id: ada.id }, via: 'token' });

    expect((await redeem(asked.secret)).body.code).toBe('login_not_found');
    const kinds = await db.event.findMany({ where: { actorId: ada.id }, select: { kind: true } });
    expect(kinds.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['login.allowed', 'token.created']));
  });

  it('is given one token, however many ask for it at once', async () => {
    const ada = await makeUser(api.database.db);
    const { code, secret } = await start();
    await allow(code, ada.token, { scope: 'read' });
    const answers = await Promise.all(Array.from({ length: 6 }, () => redeem(secret).then((it) => it)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await api.database.db.token.count({ where: { userId: ada.id, scopes: { has: 'read' } } })).toBe(1);
  });

  it('that was refused is told so, and can be let in no more', async () => {
    const ada = await makeUser(api.database.db);
    const { code, secret } = await start();
    expect((await request(api.url).post(`/v1/logins/${code}/refuse`).set(as(ada.token))).status).toBe(204);
    expect((await redeem(secret)).body.code).toBe('login_refused');
    expect((await allow(code, ada.token, { scope: 'read' })).body.code).toBe('login_not_found');
  });

  it('has ten minutes: then neither code nor secret is known', async () => {
    const ada = await makeUser(api.database.db);
    const { code, secret, expiresInSeconds } = await start();
    expect(expiresInSeconds).toBe(600);
    await api.database.db.loginRequest.updateMany({
      where: { code: code.replace('-', '') },
      data: { expiresAt: new Date(Date.now() - 1) },
    });
    expect((await look(code, ada.token)).body.code).toBe('login_not_found');
    expect((await allow(code, ada.token, { scope: 'read' })).body.code).toBe('login_not_found');
    expect((await redeem(secret)).body.code).toBe('login_not_found');
  });

  it('is let in by nobody who may not make tokens, and never further than they reach themselves', async () => {
    const { db } = api.database;
    const ada = await makeUser(db);
    const { code, secret } = await start();
    expect((await look(code, 'nothing')).status).toBe(401);
    const narrow = await makeToken(db, ada.id, { scopes: ['write'] });
    expect((await allow(code, narrow, { scope: 'read' })).body.code).toBe('scope_too_narrow');
    const ends = new Date(Date.now() + 3_600_000);
    const brief = await makeToken(db, ada.id, { expiresAt: ends });
    expect((await allow(code, brief, { scope: 'admin' })).status).toBe(204);
    const { made } = (await redeem(secret)).body as { made: { token: { expiresAt: string } } };
    expect(made.token.expiresAt).toBe(ends.toISOString());
  });

  it('whose secrets are nowhere in the database', async () => {
    const { secret } = await start();
    const rows = await api.database.db.loginRequest.findMany();
    expect(JSON.stringify(rows)).not.toContain(secret);
  });

  it('may be guessed at thirty times a minute', async () => {
    const ada = await makeUser(api.database.db);
    const statuses = [];
    for (let turn = 0; turn < 31; turn += 1) statuses.push((await look('BCDF-GHJK', ada.token)).status);
    expect(statuses).toContain(404);
    expect(statuses.at(-1)).toBe(429);
  });
});
