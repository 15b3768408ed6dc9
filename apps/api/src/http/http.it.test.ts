import { randomUUID } from 'node:crypto';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeApp } from '../../../../test/support/database.js';
import { makeUser, openApi, type TestApi, type TestUser } from '../testing/api.js';

let api: TestApi;
let owner: TestUser;
let app: { teamId: string; appId: string; name: string };

beforeAll(async () => {
  api = await openApi();
  app = await makeApp(api.database.db);
  owner = await makeUser(api.database.db, [{ teamId: app.teamId, role: 'owner' }]);
});
afterAll(() => api.close());

const as = () => ({ Authorization: `Bearer ${owner.token}` });
const post = (path: string, body: object, key?: string) =>
  request(api.url)
    .post(`/v1${path}`)
    .set({ ...as(), ...(key && { 'Idempotency-Key': key }) })
    .send(body);

describe('a request with an Idempotency-Key', () => {
  it('is done once: repeating it gives the first answer again', async () => {
    const key = randomUUID();
    const first = await post('/tokens', { name: 'once', scopes: ['read'] }, key);
    const second = await post('/tokens', { name: 'once', scopes: ['read'] }, key);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    expect(second.get('Idempotency-Replayed')).toBe('true');
    expect(await api.database.db.token.count({ where: { userId: owner.id, name: 'once' } })).toBe(1);
  });

  it('keeps no secret of its answer in clear', async () => {
    const { body } = await post('/tokens', { name: 'sealed', scopes: ['read'] }, randomUUID());
    expect(JSON.stringify(await api.database.db.idempotencyKey.findMany())).not.toContain(body.secret);
  });

  it('is refused when the key was used for another one', async () => {
    const key = randomUUID();
    await post('/tokens', { name: 'first', scopes: ['read'] }, key);
    expect((await post('/tokens', { name: 'other', scopes: ['read'] }, key)).body).toMatchObject({
      status: 422,
      code: 'idempotency_key_reused',
    });
    expect((await post('/teams', { slug: 'other-path' }, key)).body.code).toBe('idempotency_key_reused');
  });

  it('runs once however many come at the same time', async () => {
    const key = randomUUID();
    const deploy = () => post(`/apps/${app.name}/deployments`, { image: 'nginx' }, key);
    const answers = await Promise.all(Array.from({ length: 6 }, deploy));
    const codes = answers.map(({ status, body }) => (status === 202 ? 'done' : body.code));
    expect(codes.filter((code) => code !== 'done' && code !== 'idempotency_in_progress')).toEqual([]);
    expect(codes).toContain('done');
    expect(await api.database.db.deployment.count({ where: { appId: app.appId } })).toBe(1);
  });

  it('that failed may be tried again with the same key', async () => {
    const key = randomUUID();
    expect((await post('/apps', { name: 'later-app', team: 'later' }, key)).status).toBe(404);
    await api.database.db.team.create({
      data: { slug: 'later', name: 'l', members: { create: { userId: owner.id, role: 'owner' } } },
    });
    expect((await post('/apps', { name: 'later-app', team: 'later' }, key)).status).toBe(201);
  });

  it('is one user’s own: another’s same key is another key', async () => {
    const key = randomUUID();
    const other = await makeUser(api.database.db);
    await post('/tokens', { name: 'mine', scopes: ['read'] }, key);
    const theirs = await request(api.url)
      .post('/v1/tokens')
      .set({ Authorization: `Bearer ${other.token}`, 'Idempotency-Key': key })
      .send({ name: 'theirs', scopes: ['read'] });
    expect(theirs.body.token.name).toBe('theirs');
  });
});

describe('a body', () => {
  it('that is not JSON, or too large, is refused as a problem', async () => {
    const send = (body: string) =>
      request(api.url).post('/v1/teams').set(as()).set('Content-Type', 'application/json').send(body);
    const broken = await send('{"slug":');
    expect(broken.type).toBe('application/problem+json');
    expect(broken.body).toMatchObject({ status: 400, code: 'malformed_json' });
    expect((await send(`{"slug":"${'x'.repeat(2_000_000)}"}`)).body.code).toBe('body_too_large');
  });

  it('of another type is not taken for one', async () => {
    const answer = await request(api.url).post('/v1/teams').set(as()).type('form').send('slug=abc');
    expect(answer.body.code).toBe('invalid_body');
  });
});

describe('the platform', () => {
  it('answers unknown addresses as problems, and broken ones too', async () => {
    expect((await request(api.url).get('/v1/nothing')).body).toMatchObject({
      status: 404,
      code: 'route_not_found',
    });
    expect((await request(api.url).get('/v1/apps/%E0%A4%A')).status).toBe(400);
  });

  it('lets pages load from itself alone, run no inline script, and be framed by nobody', async () => {
    const answer = await request(api.url).get('/docs');
    expect(answer.status).toBe(200);
    const policy = answer.get('Content-Security-Policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(answer.text).not.toMatch(/https?:\/\//);
    expect(answer.text).not.toMatch(/<script>|onload=/);
    for (const [, asset = ''] of answer.text.matchAll(/(?:src|href)="(\/[^"]+)"/g))
      expect((await request(api.url).get(asset)).status, asset).toBe(200);
  });

  it('sends what is large of its documentation compressed to whoever takes that, and whole to others', async () => {
    for (const path of [
      '/docs/assets/swagger-ui.css',
      '/docs/assets/swagger-ui-bundle.js',
      '/v1/openapi.json',
    ]) {
      const whole = await request(api.url).get(path).set('Accept-Encoding', 'identity').buffer();
      const packed = await request(api.url).get(path).set('Accept-Encoding', 'gzip').buffer();
      expect([whole.get('Content-Encoding'), packed.get('Content-Encoding')], path).toEqual([
        undefined,
        'gzip',
      ]);
      expect(packed.text, path).toBe(whole.text);
      expect(packed.get('Vary'), path).toContain('Accept-Encoding');
    }
  });

  it('gives out its OpenAPI document, and keeps answers out of caches', async () => {
    const answer = await request(api.url).get('/v1/openapi.json');
    expect(answer.body.openapi).toBe('3.1.0');
    expect(Object.keys(answer.body.paths)).toContain('/v1/apps/{app}/deployments/{number}');
    expect((await request(api.url).get('/v1/meta')).get('Cache-Control')).toBe('no-store');
  });

  it('tells that it is well', async () => {
    expect((await request(api.url).get('/healthz')).body).toEqual({ status: 'ok', database: true });
  });
});

describe('rate limits', () => {
  it('close the door to sign-ins from an address after sixty in a minute, well-formed or not', async () => {
    const statuses = new Set<number>();
    for (let turn = 0; turn < 60; turn++)
      statuses.add((await request(api.url).post('/v1/session').send({})).status);
    expect(statuses).toEqual(new Set([422]));
    const answer = await request(api.url).post('/v1/session').send({});
    expect(answer.body).toMatchObject({ status: 429, code: 'rate_limited' });
    expect(Number(answer.get('Retry-After'))).toBeGreaterThan(0);
    expect((await request(api.url).get('/v1/session').set(as())).status).toBe(200);
  });
});
