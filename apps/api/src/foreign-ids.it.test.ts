import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeApp } from '../../../test/support/database.js';
import { openApiFile } from './paths.js';
import { makeToken, makeUser, openApi, type TestApi } from './testing/api.js';

/** What a team has, by the names that paths of the OpenAPI document give it. */
type Ids = Record<'app' | 'team' | (typeof rows)[number], string>;
const rows = [
  ...(['token', 'user', 'invitation', 'number', 'build', 'instance', 'oneOff', 'job', 'domain'] as const),
  ...(['drain', 'webhook', 'delivery', 'teamWebhook', 'teamDelivery'] as const),
];

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
  'GET /v1/apps/{app}/domains/{name}/dns': { ids: ['domain'] },
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
let mine: { ids: Ids; token: string };
let theirs: { ids: Ids; token: string };

beforeAll(async () => {
  api = await openApi();
  const host = await api.database.db.host.create({ data: { name: 'here' } });
  mine = await team(host.id, 3);
  theirs = await team(host.id, 7);
});
afterAll(() => api.close());

/** A team that has one of everything; `number` of its deployment and release. */
async function team(hostId: string, number: number): Promise<{ ids: Ids; token: string }> {
  const { db } = api.database;
  const { teamId, appId, name: app } = await makeApp(db);
  const { slug } = await db.team.findUniqueOrThrow({ where: { id: teamId } });
  const owner = await makeUser(db, [{ teamId, role: 'owner' }]);
  const user = await makeUser(db, [{ teamId, role: 'developer' }]);
  await makeToken(db, user.id);
  const token = await db.token.findFirstOrThrow({ where: { userId: user.id } });
  const soon = new Date(Date.now() + 3_600_000);
  const by = { createdBy: 'test' };
  const invitation = await db.invitation.create({
    data: { ...by, teamId, email: `i@${app}.example`, role: 'viewer', secretHash: app, expiresAt: soon },
  });
  const deployment = await db.deployment.create({
    data: { appId, number, status: 'failed', trigger: 'git' },
  });
  const build = await db.build.create({
    data: { appId, deploymentId: deployment.id, attempt: 1, status: 'failed' },
  });
  const limits = { memoryMb: 256, cpus: 1, pids: 64, startTimeoutSeconds: 60, graceSeconds: 10 };
  const release = await db.release.create({
    data: { ...limits, appId, number, image: 'x', sealedConfig: '', processes: { web: [] }, description: '' },
  });
  const instance = {
    appId,
    releaseId: release.id,
    hostId,
    process: 'web',
    status: 'ready',
    containerId: app,
  };
  const running = await db.instance.create({ data: instance });
  const oneOff = await db.instance.create({
    data: { ...instance, kind: 'run', containerId: `${app}-run`, oneOff: { command: ['sh'], image: null } },
  });
  const job = await db.job.create({
    data: { ...by, appId, task: { command: ['true'] }, status: 'queued', retries: 0, timeoutSeconds: 60 },
  });
  const address = { sealedUrl: 'x', shownUrl: 'https://a.example' };
  const drain = await db.drain.create({ data: { ...by, ...address, appId } });
  const hook = { ...by, ...address, teamId, sealedSecret: 'x', kinds: [], afterEventId: 0n };
  const webhook = await db.webhook.create({ data: { ...hook, appId } });
  const teamWebhook = await db.webhook.create({ data: hook });
  const told = { messageId: 'm', kind: 'test', body: '{}', status: 'delivered' };
  const delivery = await db.webhookDelivery.create({ data: { ...told, webhookId: webhook.id } });
  const teamDelivery = await db.webhookDelivery.create({ data: { ...told, webhookId: teamWebhook.id } });
  const domain = await db.domain.create({ data: { appId, name: `${app}.example.org` } });
  const ids = {
    ...{ app, team: slug, number: String(number), token: token.id, user: user.id, domain: domain.name },
    ...{ invitation: invitation.id, build: build.id, instance: running.id, oneOff: oneOff.id, job: job.id },
    ...{ drain: drain.id, webhook: webhook.id, delivery: delivery.id },
    ...{ teamWebhook: teamWebhook.id, teamDelivery: teamDelivery.id },
  };
  return { ids, token: owner.token };
}

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
    const answer = await call(route, mine.ids, foreign, mine.token);
    expect(answer).toMatchObject({ status: 404, text: expect.stringMatching(/"code":"\w+_not_found"/) });
    expect(await everything()).toBe(before);
  });

  it.each(Object.entries(inside).filter(([route, { ids }]) => ids.length === 2 && route.includes('{app}')))(
    'does not exist in part either: %s',
    async (route) => {
      const mixed = [mine.ids.webhook, theirs.ids.delivery];
      expect(await call(route, mine.ids, mixed, mine.token)).toMatchObject({ status: 404 });
    },
  );

  it.each(
    Object.entries(inside).filter(
      ([route]) => route.startsWith('GET') && !/stream|exec|attach|diff|dns/.test(route),
    ),
  )('is there for its own: %s', async (route, { ids }) => {
    const own = ids.map((name) => theirs.ids[name]);
    expect(await call(route, theirs.ids, own, theirs.token)).toMatchObject({ status: 200 });
  });

  it.each([
    ['GET /v1/apps?team=', 'team'],
    ['GET /v1/events?team=', 'team'],
    ['GET /v1/events?app=', 'app'],
    ['GET /v1/events/stream?team=', 'team'],
    ['GET /v1/events/stream?app=', 'app'],
  ] as const)('is not found by a query either: %s', async (route, name) => {
    expect(await call(`${route}${theirs.ids[name]}`, mine.ids, [], mine.token)).toMatchObject({
      status: 404,
    });
  });
});
