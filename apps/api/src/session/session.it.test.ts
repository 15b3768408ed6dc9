import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeToken, makeUser, openApi, password, type TestApi } from '../testing/api.js';

let api: TestApi;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.close());

const origin = 'http://berth.localhost:8080';
const page = { 'Sec-Fetch-Site': 'same-origin', Origin: origin, 'X-Berth-Csrf': '1' };

async function signIn(email: string, secret = password) {
  return request(api.url).post('/v1/session').send({ email, password: secret });
}
const cookieOf = (answer: request.Response) => (answer.get('Set-Cookie')?.[0] ?? '').split(';', 1)[0] ?? '';

describe('signing in', () => {
  it('gives a cookie that no script can read and no other site sends along, and tells who it is', async () => {
    const user = await makeUser(api.database.db);
    const answer = await signIn(user.email.toUpperCase()).then((it) => it);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      user: { id: user.id, email: user.email },
      via: 'session',
      teams: [],
    });
    expect(answer.get('Set-Cookie')?.[0]).toMatch(
      /^berth_session=[\w-]{43}; Path=\/; Expires=.+; HttpOnly; SameSite=Lax$/,
    );
    const me = await request(api.url).get('/v1/session').set('Cookie', cookieOf(answer));
    expect(me.body).toMatchObject({ user: { id: user.id }, via: 'session' });
  });

  it('leaves neither the password nor the cookie’s secret in the database', async () => {
    const { email } = await makeUser(api.database.db);
    const secret = cookieOf(await signIn(email)).split('=')[1] ?? '';
    const rows = await api.database.db.session.findMany();
    expect(secret.length).toBe(43);
    expect(JSON.stringify(rows)).not.toContain(secret);
  });

  it('answers a wrong password and an unknown address alike', async () => {
    const { email } = await makeUser(api.database.db);
    const wrong = await signIn(email, 'wrong password');
    const unknown = await signIn('nobody@example.org');
    expect(wrong.status).toBe(401);
    expect(wrong.body).toMatchObject({ code: 'sign_in_failed' });
    expect(unknown.body).toEqual(wrong.body);
  });

  it('is refused after ten failures from one address, even with the right password', async () => {
    const { email } = await makeUser(api.database.db);
    for (let turn = 0; turn < 10; turn++) expect((await signIn(email, 'wrong password')).status).toBe(401);
    const answer = await signIn(email);
    expect(answer.status).toBe(429);
    expect(answer.body.code).toBe('rate_limited');
    expect(Number(answer.get('Retry-After'))).toBeGreaterThan(0);
  });

  it('says which field of the body is wrong', async () => {
    const answer = await request(api.url).post('/v1/session').send({ email: 5 });
    expect(answer.status).toBe(422);
    expect(answer.type).toBe('application/problem+json');
    expect(answer.body.errors.map((one: { pointer: string }) => one.pointer)).toEqual([
      '/email',
      '/password',
    ]);
  });

  it('is refused to another site’s page', async () => {
    const { email } = await makeUser(api.database.db);
    const answer = await request(api.url)
      .post('/v1/session')
      .set({ 'Sec-Fetch-Site': 'cross-site', Origin: 'http://evil.example' })
      .send({ email, password });
    expect(answer.body.code).toBe('cross_site');
  });
});

describe('a session', () => {
  it('may write from the platform’s pages, and ends when its user signs out', async () => {
    const user = await makeUser(api.database.db);
    const cookie = cookieOf(await signIn(user.email));
    const made = await request(api.url)
      .post('/v1/teams')
      .set({ ...page, Cookie: cookie })
      .send({ slug: 'from-page' });
    expect(made.status).toBe(201);
    const out = await request(api.url)
      .delete('/v1/session')
      .set({ ...page, Cookie: cookie });
    expect(out.status).toBe(204);
    expect(out.get('Set-Cookie')?.[0]).toContain('berth_session=;');
    expect((await request(api.url).get('/v1/session').set('Cookie', cookie)).status).toBe(401);
  });

  it('ends when its time is over and when its user is disabled', async () => {
    const { db } = api.database;
    const user = await makeUser(db);
    const [first, second] = [cookieOf(await signIn(user.email)), cookieOf(await signIn(user.email))];
    const [session] = await db.session.findMany({
      where: { userId: user.id },
      orderBy: { createdAt: 'asc' },
    });
    await db.session.update({
      where: { id: session?.id ?? '' },
      data: { expiresAt: new Date(Date.now() - 1) },
    });
    const status = async (cookie: string) =>
      (await request(api.url).get('/v1/session').set('Cookie', cookie)).status;
    expect([await status(first), await status(second)]).toEqual([401, 200]);
    await db.user.update({ where: { id: user.id }, data: { disabledAt: new Date() } });
    expect(await status(second)).toBe(401);
    expect((await signIn(user.email)).status).toBe(401);
  });

  it('outlives a change of password, which ends all others', async () => {
    const user = await makeUser(api.database.db);
    const [mine, other] = [cookieOf(await signIn(user.email)), cookieOf(await signIn(user.email))];
    const change = (current: string) =>
      request(api.url)
        .patch('/v1/session/password')
        .set({ ...page, Cookie: mine })
        .send({ current, next: 'another long password' });
    expect((await change('not it, not it')).body.code).toBe('password_wrong');
    expect((await change(password)).status).toBe(204);
    const status = async (cookie: string) =>
      (await request(api.url).get('/v1/session').set('Cookie', cookie)).status;
    expect([await status(mine), await status(other)]).toEqual([200, 401]);
    expect((await signIn(user.email)).status).toBe(401);
    expect((await signIn(user.email, 'another long password')).status).toBe(200);
  });
});

describe('a token', () => {
  const as = (token: string) => ({ Authorization: `Bearer ${token}` });

  it('is shown once, works, notes its use, and stops working when it is revoked', async () => {
    const { db } = api.database;
    const user = await makeUser(db);
    const made = await request(api.url)
      .post('/v1/tokens')
      .set(as(user.token))
      .send({ name: 'ci', scopes: ['deploy'], expiresInDays: 1 });
    expect(made.status).toBe(201);
    const { secret, token } = made.body as { secret: string; token: { id: string; prefix: string } };
    expect(secret.startsWith(`berth_${token.prefix}_`)).toBe(true);
    expect((await request(api.url).get('/v1/session').set(as(secret))).status).toBe(200);
    const list = await request(api.url).get('/v1/tokens').set(as(user.token));
    const listed = list.body.items.find((one: { id: string }) => one.id === token.id);
    expect(listed).toMatchObject({ name: 'ci', scopes: ['deploy'], revokedAt: null });
    expect(Date.parse(listed.lastUsedAt)).toBeGreaterThan(Date.now() - 60_000);
    expect(JSON.stringify(list.body)).not.toContain(secret);
    expect(JSON.stringify(await db.token.findMany())).not.toContain(secret);
    expect((await request(api.url).delete(`/v1/tokens/${token.id}`).set(as(user.token))).status).toBe(204);
    expect((await request(api.url).get('/v1/session').set(as(secret))).status).toBe(401);
  });

  it('can end itself whatever its scope, but no other', async () => {
    const { db } = api.database;
    const user = await makeUser(db);
    const narrow = await makeToken(db, user.id, { scopes: ['read'] });
    const rows = await db.token.findMany({ where: { userId: user.id }, orderBy: { createdAt: 'asc' } });
    const [full, own] = rows.map(({ id }) => id);
    const end = (id?: string) => request(api.url).delete(`/v1/tokens/${id}`).set(as(narrow));
    expect((await end(full)).body.code).toBe('scope_too_narrow');
    expect((await end(own)).status).toBe(204);
    expect((await end(own)).status).toBe(401);
  });

  it('of one team makes no token that reaches further', async () => {
    const { db } = api.database;
    const team = await db.team.create({ data: { slug: 'narrow-team', name: 'n' } });
    const user = await makeUser(db, [{ teamId: team.id, role: 'owner' }]);
    const limited = await makeToken(db, user.id, { teamId: team.id });
    const made = await request(api.url)
      .post('/v1/tokens')
      .set(as(limited))
      .send({ name: 'x', scopes: ['admin'] });
    expect(made.body.token.team).toBe('narrow-team');
    expect((await request(api.url).post('/v1/teams').set(as(limited)).send({ slug: 'wider' })).status).toBe(
      403,
    );
  });

  it('in a query string or a body counts for nothing', async () => {
    const user = await makeUser(api.database.db);
    const answer = await request(api.url).get(`/v1/session?access_token=${user.token}`);
    expect(answer.status).toBe(401);
  });
});
