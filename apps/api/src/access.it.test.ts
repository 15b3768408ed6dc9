import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { controllersOf, routesOf, type Route } from '#libs/access/routes.js';
import { abilities } from '#libs/core/roles.js';
import { claimCollection, endCollection, wantCollection } from '#libs/store/collections.js';
import { makeApp } from '../../../test/support/database.js';
import { AppModule } from './app.module.js';
import { makeToken, makeUser, openApi, password, type TestApi } from './testing/api.js';

/** Every route that the guard answers for; git's own answers are tested beside it. */
const guarded = routesOf(controllersOf(AppModule)).filter(
  ({ declaration }) => declaration?.who !== 'handler',
);

let api: TestApi;
let place: { app: string; team: string };
const tokens: Record<
  'owner' | 'viewer' | 'stranger' | 'revoked' | 'expired' | 'narrow' | 'otherTeam',
  string
> = {
  owner: '',
  viewer: '',
  stranger: '',
  revoked: '',
  expired: '',
  narrow: '',
  otherTeam: '',
};
let cookie = '';

beforeAll(async () => {
  api = await openApi();
  const { db } = api.database;
  const mine = await makeApp(db);
  const other = await makeApp(db);
  const { slug } = await db.team.findUniqueOrThrow({ where: { id: mine.teamId } });
  place = { app: mine.name, team: slug };
  const owner = await makeUser(db, [{ teamId: mine.teamId, role: 'owner' }]);
  const both = await makeUser(
    db,
    [mine, other].map(({ teamId }) => ({ teamId, role: 'owner' })),
  );
  tokens.owner = owner.token;
  tokens.viewer = (await makeUser(db, [{ teamId: mine.teamId, role: 'viewer' }])).token;
  tokens.stranger = (await makeUser(db, [{ teamId: other.teamId, role: 'owner' }])).token;
  tokens.revoked = await makeToken(db, owner.id, { revoked: true });
  tokens.expired = await makeToken(db, owner.id, { expiresAt: new Date(Date.now() - 1000) });
  tokens.narrow = await makeToken(db, owner.id, { scopes: ['read'] });
  tokens.otherTeam = await makeToken(db, both.id, { teamId: other.teamId });
  cookie = await signIn(owner.email);
  await lookedAtDisk(db);
});
afterAll(() => api.close());

/** There is no builder here: without a look of the last minute, the api waits for one. */
async function lookedAtDisk(db: TestApi['database']['db']): Promise<void> {
  const { id } = await wantCollection(db, { trigger: 'request', dryRun: true });
  await claimCollection(db, 'tester', 30_000);
  const report = {
    at: new Date().toISOString(),
    disk: { totalBytes: 0, freeBytes: 0, minFreeBytes: 0 },
    ...{ areas: [], apps: [], remove: [], freedBytes: 0, notes: [] },
  };
  await endCollection(db, id, 'tester', { report });
}

async function signIn(email: string): Promise<string> {
  const answer = await fetch(`${api.url}/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  expect(answer.status).toBe(200);
  return (answer.headers.getSetCookie()[0] ?? '').split(';', 1)[0] ?? '';
}

async function call(
  route: Route,
  headers: Record<string, string>,
): Promise<{ status: number; code: string | null }> {
  const values: Record<string, string> = {
    ...place,
    // For whoever may not, any name of an app is as good.
    addOn: place.app,
    number: '1',
    name: 'x.example.org',
  };
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => values[name] ?? randomUUID());
  const answer = await fetch(`${api.url}${path}`, {
    method: route.method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(route.method !== 'GET' && { body: '{}' }),
  });
  const problem = answer.headers.get('content-type')?.startsWith('application/problem+json');
  const code = problem ? ((await answer.json()) as { code: string }).code : null;
  // A live stream is answered once its headers are there.
  if (!problem) await answer.body?.cancel();
  return { status: answer.status, code };
}

const as = (token: string) => ({ authorization: `Bearer ${token}` });

describe.each(guarded)('$method $path', (route) => {
  const { declaration } = route;
  if (declaration === null) throw new Error(`${route.handler} does not declare who may call it.`);

  if (declaration.who === 'public') {
    it('answers anybody', async () => {
      expect((await call(route, {})).code).not.toBe('unauthenticated');
    });
    return;
  }

  it('refuses who is not signed in, and tokens that are revoked, expired or made up', async () => {
    const refused = { status: 401, code: 'unauthenticated' };
    expect(await call(route, {})).toEqual(refused);
    expect(await call(route, as(tokens.revoked))).toEqual(refused);
    expect(await call(route, as(tokens.expired))).toEqual(refused);
    expect(await call(route, as(`berth_abcdefgh_${'a'.repeat(43)}`))).toEqual(refused);
    expect(await call(route, { cookie: 'berth_session=made-up' })).toEqual(refused);
  });

  if (route.method !== 'GET') {
    it('refuses a write with a session cookie that does not come from the platform’s pages', async () => {
      const refused = { status: 403, code: 'cross_site' };
      const forged: Record<string, string>[] = [
        {},
        { 'x-berth-csrf': '1' },
        { 'x-berth-csrf': '1', origin: 'http://evil.example' },
        { 'x-berth-csrf': '1', 'sec-fetch-site': 'cross-site', origin: 'http://berth.localhost:8080' },
        { 'x-berth-csrf': '1', 'sec-fetch-site': 'same-site' },
        { 'sec-fetch-site': 'same-origin', origin: 'http://berth.localhost:8080' },
      ];
      for (const headers of forged) expect(await call(route, { cookie, ...headers })).toEqual(refused);
    });
  }

  switch (declaration.who) {
    case 'admin':
      it('refuses who is not an administrator', async () => {
        expect(await call(route, as(tokens.owner))).toEqual({ status: 403, code: 'not_admin' });
      });
      break;
    case 'signed-in':
      it(`takes a token with scope ${declaration.scope}`, async () => {
        const { code } = await call(route, as(tokens.narrow));
        if (declaration.scope === 'read') expect(code).not.toBe('unauthenticated');
        else expect(code).toBe('scope_too_narrow');
      });
      break;
    case 'can': {
      const needed = abilities[declaration.ability];
      const missing = /:(?:app|addOn)(?:\/|$)/.test(route.path) ? 'app_not_found' : 'team_not_found';
      it('does not exist for other teams, nor for a token of another team', async () => {
        expect(await call(route, as(tokens.stranger))).toEqual({ status: 404, code: missing });
        expect(await call(route, as(tokens.otherTeam))).toEqual({ status: 404, code: missing });
      });
      it(`takes the role ${needed.role}`, async () => {
        const { status, code } = await call(route, as(tokens.viewer));
        if (needed.role === 'viewer') expect([401, 403]).not.toContain(status);
        else expect({ status, code }).toEqual({ status: 403, code: 'role_too_low' });
      });
      it(`takes the scope ${needed.scope}`, async () => {
        const { status, code } = await call(route, as(tokens.narrow));
        if (needed.scope === 'read') expect([401, 403]).not.toContain(status);
        else expect({ status, code }).toEqual({ status: 403, code: 'scope_too_narrow' });
      });
    }
  }
});

it('knows the routes at all', () => {
  expect(guarded.length).toBeGreaterThan(40);
});
