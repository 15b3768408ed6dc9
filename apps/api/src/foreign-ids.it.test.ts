import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiFile } from './paths.js';
import { openApi, type TestApi } from './testing/api.js';
import { teamWithEverything, type Ids, type TestTeam } from './testing/team-with-everything.js';

/** Every route that names something inside a team: what stands for its last parts, and a body that fits. */
const inside: Record<string, { ids: (keyof Ids)[]; body?: object }> = {
  'DELETE /v1/tokens/{id}': { ids: ['token'] },
  'PATCH /v1/teams/{team}/members/{userId}': { ids: ['user'], body: { role: 'viewer' } },
  'DELETE /v1/teams/{team}/members/{userId}': { ids: ['user'] },
  'DELETE /v1/teams/{team}/invitations/{invitationId}': { ids: ['invitation'] },
  'GET /v1/apps/{app}/deployments/{number}': { ids: ['number'] },
  'POST /v1/apps/{app}/deployments/{number}/cancel': { ids: ['number'] },
  'POST /v1/apps/{app}/deployments/{number}/retry': { ids: ['number'] },
  'GET /v1/apps/{app}/deployments/{number}/log': { ids: ['number'] },
  'GET /v1/apps/{app}/deployments/{number}/log/stream': { ids: ['number'] },
  'GET /v1/apps/{app}/builds/{id}': { ids: ['build'] },
  'GET /v1/apps/{app}/releases/{number}': { ids: ['number'] },
  'GET /v1/apps/{app}/releases/{number}/diff': { ids: ['number'] },
  'POST /v1/apps/{app}/releases/{number}/rollback': { ids: ['number'] },
  'POST /v1/apps/{app}/releases/{number}/promote': { ids: ['number'] },
  'POST /v1/apps/{app}/instances/{instance}/commit': { ids: ['instance'], body: {} },
  'POST /v1/apps/{app}/instances/{instance}/restart': { ids: ['instance'] },
  'GET /v1/apps/{app}/instances/{instance}/exec': { ids: ['instance'] },
  'GET /v1/apps/{app}/instances/{instance}/attach': { ids: ['oneOff'] },
  'DELETE /v1/apps/{app}/instances/{instance}': { ids: ['oneOff'] },
  'GET /v1/apps/{app}/jobs/{job}': { ids: ['job'] },
  'POST /v1/apps/{app}/jobs/{job}/cancel': { ids: ['job'] },
  'DELETE /v1/apps/{app}/domains/{name}': { ids: ['domain'] },
  'GET /v1/addons/{addOn}': { ids: ['addOn'] },
  'DELETE /v1/addons/{addOn}': { ids: ['addOn'] },
  'DELETE /v1/apps/{app}/attachments/{variable}': { ids: ['variable'] },
  'GET /v1/apps/{app}/domains/{name}/dns': { ids: ['domain'] },
  'DELETE /v1/apps/{app}/volumes/{name}': { ids: ['volume'] },
  'DELETE /v1/apps/{app}/drains/{drain}': { ids: ['drain'] },
  ...webhookRoutes('/v1/apps/{app}', 'webhook', 'delivery'),
  ...webhookRoutes('/v1/teams/{team}', 'teamWebhook', 'teamDelivery'),
};

function webhookRoutes(place: string, webhook: keyof Ids, delivery: keyof Ids): typeof inside {
  const one = `${place}/webhooks/{webhook}`;
  return {
    [`PATCH ${one}`]: { ids: [webhook], body: { enabled: false } },
    [`DELETE ${one}`]: { ids: [webhook] },
    [`POST ${one}/test`]: { ids: [webhook] },
    [`GET ${one}/deliveries`]: { ids: [webhook] },
    [`POST ${one}/deliveries/{delivery}/replay`]: { ids: [webhook, delivery] },
  };
}

/** Routes whose last part is nothing of a team. */
const ofNoTeam = [
  // Knowing the code is what counts.
  'GET /v1/logins/{code}',
  'POST /v1/logins/{code}/allow',
  'POST /v1/logins/{code}/refuse',
  // For administrators alone.
  'GET /v1/platform/disk/collections/{id}',
  'PUT /v1/platform/mirrors/{kind}',
  // Signed with the connection's secret.
  'POST /v1/hooks/git/{id}',
];

let api: TestApi;
let mine: TestTeam;
let theirs: TestTeam;

beforeAll(async () => {
  api = await openApi();
  const host = await api.database.db.host.create({ data: { name: 'here' } });
  mine = await teamWithEverything(api, host.id, 3);
  theirs = await teamWithEverything(api, host.id, 7);
});
afterAll(() => api.close());

/** Calls a route in the place of one team, with ids that may be another's. */
function call(
  route: string,
  place: Ids,
  ids: string[],
  token: string,
): Promise<{ status: number; text: string }> {
  const [method = '', form = ''] = route.split(' ');
  const last = [...ids];
  const path = form.replace(/\{(\w+)\}/g, (_, name: string) =>
    name === 'app' || name === 'team' ? place[name] : (last.shift() ?? ''),
  );
  const body = inside[route]?.body;
  // Terminals are WebSockets.
  const upgrade = {
    ...{ connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' },
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  };
  return new Promise((resolve, reject) => {
    const asked = request(`${api.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(/\/(?:exec|attach)$/.test(form) && upgrade),
      },
    });
    asked.once('upgrade', (_, socket) => {
      socket.destroy();
      resolve({ status: 101, text: '' });
    });
    asked.once('response', (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    asked.once('error', reject);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** All that the other team has, to see that nothing of it changes but how far its webhooks have read the events of everybody. */
async function everything(): Promise<string> {
  const { db } = api.database;
  const app = { app: { name: theirs.ids.app } };
  const found = await Promise.all([
    db.app.findMany({
      where: { name: theirs.ids.app },
      include: {
        deployments: true,
        releases: true,
        instances: true,
        domains: true,
        drains: true,
        jobs: true,
        volumes: true,
      },
    }),
    db.team.findMany({
      where: { slug: theirs.ids.team },
      include: {
        members: true,
        invitations: true,
        webhooks: { omit: { afterEventId: true }, include: { deliveries: true } },
      },
    }),
    db.token.findMany({ where: { id: theirs.ids.token }, select: { revokedAt: true } }),
    db.build.findMany({ where: app }),
  ]);
  return JSON.stringify(found, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}

describe('what another team has', () => {
  it('is told apart for every route of the OpenAPI document that names something', async () => {
    const document = JSON.parse(await readFile(openApiFile, 'utf8')) as {
      paths: Record<string, Record<string, object>>;
    };
    const naming = Object.entries(document.paths)
      .filter(([path]) => /\{(?!app\}|team\})/.test(path))
      .flatMap(([path, item]) => Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`));
    expect([...Object.keys(inside), ...ofNoTeam].sort()).toEqual(naming.sort());
  });

  it.each(Object.entries(inside))('does not exist below one’s own: %s', async (route, { ids }) => {
    const before = await everything();
    const foreign = ids.map((name) => theirs.ids[name]);
    const answer = await call(route, mine.ids, foreign, mine.owner.token);
    expect(answer).toMatchObject({ status: 404, text: expect.stringMatching(/"code":"\w+_not_found"/) });
    expect(await everything()).toBe(before);
  });

  it.each(Object.entries(inside).filter(([route, { ids }]) => ids.length === 2 && route.includes('{app}')))(
    'does not exist in part either: %s',
    async (route) => {
      const mixed = [mine.ids.webhook, theirs.ids.delivery];
      expect(await call(route, mine.ids, mixed, mine.owner.token)).toMatchObject({ status: 404 });
    },
  );

  it.each(
    Object.entries(inside).filter(
      ([route]) => route.startsWith('GET') && !/stream|exec|attach|diff|dns/.test(route),
    ),
  )('is there for its own: %s', async (route, { ids }) => {
    const own = ids.map((name) => theirs.ids[name]);
    expect(await call(route, theirs.ids, own, theirs.owner.token)).toMatchObject({ status: 200 });
  });

  it.each([
    ['GET /v1/apps?team=', 'team'],
    ['GET /v1/events?team=', 'team'],
    ['GET /v1/events?app=', 'app'],
    ['GET /v1/events/stream?team=', 'team'],
    ['GET /v1/events/stream?app=', 'app'],
  ] as const)('is not found by a query either: %s', async (route, name) => {
    expect(await call(`${route}${theirs.ids[name]}`, mine.ids, [], mine.owner.token)).toMatchObject({
      status: 404,
    });
  });
});
