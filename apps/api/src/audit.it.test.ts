import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planOf } from '#libs/buildpack/plan-of.js';
import type { EventKind } from '#libs/core/event-kinds.js';
import { tarGzOf } from '#libs/source/testing/archives.js';
import { newestEventId } from '#libs/store/event-queries.js';
import { openApiFile } from './paths.js';
import { makeUser, openApi, password, type TestApi, type TestUser } from './testing/api.js';
import { teamWithEverything, type Ids, type TestTeam } from './testing/team-with-everything.js';

/** What is asked, and what then tells of it. */
interface Change {
  /** Events that whoever asks has then caused. */
  kinds: EventKind[];
  /** What stands for the path's parts after app and team. */
  ids?: (keyof Ids)[];
  body?: object;
  /** In a team of its own, since it takes from it what others need. */
  alone?: true;
  /** What has to be there before, and what of the request depends on it. */
  before?: (team: TestTeam) => Promise<{
    ids?: string[];
    body?: object;
    by?: TestUser;
    cookie?: string;
  }>;
}

const vars = { vars: { COLOUR: 'blue' } };
const url = 'http://127.0.0.1:9/in';
const deployed: Pick<Change, 'kinds'> = { kinds: ['deployment.created'] };

const changes: Record<string, Change> = {
  'POST /v1/session': {
    kinds: ['user.signed_in'],
    before: async ({ owner: { email } }) => ({ body: { email, password } }),
  },
  'DELETE /v1/session': {
    kinds: ['user.signed_out'],
    before: async ({ owner: { email } }) => {
      const { headers } = await request(api.url).post('/v1/session').send({ email, password }).expect(200);
      return { cookie: (headers['set-cookie'] as unknown as string[])[0]?.split(';')[0] ?? '' };
    },
  },
  'PATCH /v1/session/password': {
    alone: true,
    kinds: ['user.updated'],
    body: { current: password, next: 'another one that is long' },
  },
  'POST /v1/tokens': { kinds: ['token.created'], body: { name: 'one', scopes: ['read'] } },
  'DELETE /v1/tokens/{id}': {
    kinds: ['token.revoked'],
    before: async ({ owner }) => {
      const { body } = await post('/v1/tokens', owner, { name: 'one', scopes: ['read'] });
      return { ids: [body.token.id as string] };
    },
  },
  'POST /v1/logins/token': {
    kinds: ['token.created'],
    before: async ({ owner }) => {
      const { code, secret } = await login();
      await post(`/v1/logins/${code}/allow`, owner, { scope: 'read' });
      return { body: { secret } };
    },
  },
  'POST /v1/logins/{code}/allow': {
    kinds: ['login.allowed'],
    body: { scope: 'read' },
    before: async () => ({ ids: [(await login()).code] }),
  },
  'POST /v1/logins/{code}/refuse': {
    kinds: ['login.refused'],
    before: async () => ({ ids: [(await login()).code] }),
  },
  'POST /v1/teams': {
    kinds: ['team.created'],
    before: async ({ ids }) => ({ body: { slug: `${ids.team}-2`, name: 'Two' } }),
  },
  'PATCH /v1/teams/{team}': { kinds: ['team.updated'], body: { name: 'Other' } },
  'DELETE /v1/teams/{team}': {
    alone: true,
    kinds: ['team.deleted'],
    before: async ({ teamId }) => {
      await api.database.db.app.updateMany({ where: { teamId }, data: { deletedAt: new Date() } });
      return {};
    },
  },
  'PATCH /v1/teams/{team}/quota': {
    kinds: ['team.quota'],
    body: { apps: 5 },
    before: async () => ({ by: admin }),
  },
  'POST /v1/teams/{team}/members': {
    kinds: ['member.added'],
    before: async () => ({ body: { email: admin.email, role: 'viewer' } }),
  },
  'PATCH /v1/teams/{team}/members/{userId}': {
    kinds: ['member.updated'],
    ids: ['user'],
    body: { role: 'viewer' },
  },
  'DELETE /v1/teams/{team}/members/{userId}': { kinds: ['member.removed'], ids: ['user'] },
  'POST /v1/teams/{team}/invitations': {
    kinds: ['member.invited'],
    body: { email: 'jo@example.org', role: 'viewer' },
  },
  'DELETE /v1/teams/{team}/invitations/{invitationId}': {
    kinds: ['member.uninvited'],
    ids: ['invitation'],
  },
  'POST /v1/invitations/accept': {
    kinds: ['user.created', 'member.added'],
    before: async (team) => {
      const email = `new@${team.ids.app}.example`;
      const secret = await invite(team, email);
      return { body: { secret, name: 'New', password }, by: { id: '', email, token: team.owner.token } };
    },
  },
  'POST /v1/invitations/join': {
    kinds: ['member.added'],
    before: async (team) => {
      const by = await makeUser(api.database.db);
      return { by, body: { secret: await invite(team, by.email) } };
    },
  },
  'POST /v1/apps': {
    kinds: ['app.created'],
    before: async ({ ids }) => ({ body: { name: `${ids.app}-2`, team: ids.team } }),
  },
  'PATCH /v1/apps/{app}': { kinds: ['app.updated'], body: { graceSeconds: 12 } },
  'DELETE /v1/apps/{app}': { alone: true, kinds: ['app.deleted'] },
  'POST /v1/apps/{app}/restart': { alone: true, kinds: ['app.restarted'] },
  'POST /v1/apps/{app}/sleep': { kinds: ['app.put_to_sleep'], body: {} },
  'POST /v1/apps/{app}/wake': { kinds: ['app.woken'] },
  'PATCH /v1/apps/{app}/config': { kinds: ['config.changed'], body: vars },
  'PATCH /v1/apps/{app}/previews/config': { kinds: ['config.changed'], body: vars },
  'POST /v1/apps/{app}/deployments': { ...deployed, body: { image: 'docker.io/library/nginx:1' } },
  'POST /v1/apps/{app}/deployments/{number}/cancel': {
    kinds: ['deployment.status'],
    before: async ({ ids, owner }) => {
      const { body } = await post(`/v1/apps/${ids.app}/deployments`, owner, { image: 'nginx' });
      return { ids: [String(body.deployment.number)] };
    },
  },
  'POST /v1/apps/{app}/deployments/{number}/retry': { ...deployed, ids: ['number'] },
  'POST /v1/apps/{app}/releases/{number}/rollback': { alone: true, ...deployed, before: otherIsLive },
  'POST /v1/apps/{app}/releases/{number}/promote': { alone: true, ...deployed, before: otherIsLive },
  'PUT /v1/apps/{app}/split': {
    alone: true,
    kinds: ['release.split'],
    before: async (team) => ({ body: await split(team) }),
  },
  'DELETE /v1/apps/{app}/split': {
    alone: true,
    kinds: ['release.split'],
    before: async (team) => {
      const body = await split(team);
      await request(api.url)
        .put(`/v1/apps/${team.ids.app}/split`)
        .auth(team.owner.token, { type: 'bearer' })
        .send(body)
        .expect(200);
      return {};
    },
  },
  'POST /v1/apps/{app}/instances/{instance}/commit': {
    kinds: ['instance.committed', 'deployment.created'],
    ids: ['instance'],
    body: {},
  },
  'POST /v1/apps/{app}/instances/{instance}/restart': { kinds: ['instance.restarted'], ids: ['instance'] },
  'DELETE /v1/apps/{app}/instances/{instance}': { kinds: ['run.removed'], ids: ['oneOff'] },
  'POST /v1/apps/{app}/jobs': { kinds: ['job.created'], body: { task: { command: ['true'] } } },
  'POST /v1/apps/{app}/jobs/{job}/cancel': { kinds: ['job.cancelled'], ids: ['job'] },
  'POST /v1/apps/{app}/cron/run': {
    kinds: ['job.created'],
    body: { name: 'tidy' },
    before: async ({ appId }) => {
      await api.database.db.cronEntry.create({
        data: {
          ...{ appId, name: 'tidy', schedule: '0 3 * * *', timezone: 'UTC', overlap: false, missed: 'run' },
          ...{ task: { command: ['true'] }, timeoutSeconds: 60, retries: 0 },
        },
      });
      return {};
    },
  },
  'POST /v1/apps/{app}/domains': {
    kinds: ['domain.added'],
    before: async ({ ids }) => ({ body: { name: `www.${ids.domain}` } }),
  },
  'DELETE /v1/apps/{app}/domains/{name}': { kinds: ['domain.removed'], ids: ['domain'] },
  'DELETE /v1/apps/{app}/volumes/{name}': { kinds: ['volume.removed'], ids: ['volume'] },
  'POST /v1/addons': {
    kinds: ['app.created', 'deployment.created'],
    before: async ({ ids }) => ({ body: { kind: 'redis', team: ids.team } }),
  },
  'DELETE /v1/addons/{addOn}': {
    kinds: ['app.deleted'],
    before: async ({ ids, owner }) => {
      const { body } = await post('/v1/addons', owner, { kind: 'redis', team: ids.team });
      return { ids: [body.addOn.name as string] };
    },
  },
  'POST /v1/apps/{app}/attachments': {
    kinds: ['addon.attached'],
    before: async ({ ids }) => ({ body: { addOn: ids.addOn, variable: 'OTHER_URL' } }),
  },
  'DELETE /v1/apps/{app}/attachments/{variable}': { kinds: ['addon.detached'], ids: ['variable'] },
  'POST /v1/apps/{app}/drains': { kinds: ['drain.added'], body: { url } },
  'DELETE /v1/apps/{app}/drains/{drain}': { kinds: ['drain.removed'], ids: ['drain'] },
  ...webhooks('/v1/apps/{app}', 'webhook'),
  ...webhooks('/v1/teams/{team}', 'teamWebhook'),
  'PUT /v1/apps/{app}/connection': { kinds: ['connection.changed'], body: { url } },
  'DELETE /v1/apps/{app}/connection': {
    kinds: ['connection.removed'],
    before: async ({ ids, owner }) => {
      await request(api.url)
        .put(`/v1/apps/${ids.app}/connection`)
        .auth(owner.token, { type: 'bearer' })
        .send({ url })
        .expect(200);
      return {};
    },
  },
  'POST /v1/apps/{app}/uploads': deployed,
  'PUT /v1/platform/mirrors/{kind}': {
    kinds: ['mirrors.changed'],
    body: { mirrors: ['https://npm.example.org'] },
    before: async () => ({ ids: ['npm'], by: admin }),
  },
  'POST /v1/platform/disk/collections': {
    kinds: ['collection.requested'],
    body: { dryRun: false },
    before: async () => ({ by: admin }),
  },
  'POST /v1/platform/stacks/rebuild': {
    alone: true,
    ...deployed,
    before: async ({ appId }) => {
      await writeFile(join(api.home, 'stacks.json'), JSON.stringify({ static: 'stack/newer' }));
      await builtLive(appId);
      return { by: admin };
    },
  },
};

function webhooks(place: string, webhook: keyof Ids): typeof changes {
  return {
    [`POST ${place}/webhooks`]: { kinds: ['webhook.created'], body: { url } },
    [`PATCH ${place}/webhooks/{webhook}`]: {
      kinds: ['webhook.updated'],
      ids: [webhook],
      body: { enabled: false },
    },
    [`DELETE ${place}/webhooks/{webhook}`]: { kinds: ['webhook.removed'], ids: [webhook] },
  };
}

/** Why no event tells of these. */
const untold: Record<string, string> = {
  'POST /v1/logins': 'Nobody is let in yet; who decides is told.',
  'POST /v1/invitations/look': 'It changes nothing.',
  'POST /v1/plan': 'It keeps nothing.',
  'POST /v1/platform/mirrors/check': 'It changes nothing.',
  'POST /v1/apps/{app}/connection/deploy': 'What is fetched becomes a deployment, which tells of itself.',
  'POST /v1/hooks/git/{id}': 'As above.',
  ...Object.fromEntries(
    ['/v1/apps/{app}', '/v1/teams/{team}'].flatMap((place) =>
      ['test', 'deliveries/{delivery}/replay'].map((what) => [
        `POST ${place}/webhooks/{webhook}/${what}`,
        'The list of deliveries shows it.',
      ]),
    ),
  ),
};

let api: TestApi;
let hostId: string;
let admin: TestUser;
let runtime: Server;
let shared: TestTeam;

beforeAll(async () => {
  process.env.BERTH_OUTBOUND_ALLOW = '127.0.0.1/32';
  api = await openApi();
  delete process.env.BERTH_OUTBOUND_ALLOW;
  const { db } = api.database;
  hostId = (await db.host.create({ data: { name: 'local' } })).id;
  admin = await makeUser(db, [], { admin: true });
  runtime = createServer(({ url: path, method }, response) => {
    const answer = path === '/sleep' ? { awake: null } : { tier: 'frozen', instances: [] };
    response
      .writeHead(method === 'DELETE' ? 204 : 200)
      .end(method === 'DELETE' ? '' : JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => runtime.listen(join(api.home, 'runtime.sock'), resolve));
  shared = await liveTeam();
});
afterAll(async () => {
  runtime.close();
  await api.close();
});

function post(path: string, by: TestUser, body: object) {
  return request(api.url).post(path).auth(by.token, { type: 'bearer' }).send(body);
}

/** A team whose app's release is live. */
async function liveTeam(): Promise<TestTeam> {
  const { db } = api.database;
  const team = await teamWithEverything(api, hostId, 3);
  const { id } = await db.release.findFirstOrThrow({ where: { appId: team.appId } });
  await db.app.update({ where: { id: team.appId }, data: { liveReleaseId: id } });
  await db.deployment.updateMany({ where: { appId: team.appId }, data: { releaseId: id } });
  return team;
}

async function login(): Promise<{ code: string; secret: string }> {
  const { body } = await request(api.url).post('/v1/logins').send({ machine: 'one', client: 'berth 1' });
  return body as { code: string; secret: string };
}

/** The secret of an invitation's link. */
async function invite({ ids, owner }: TestTeam, email: string): Promise<string> {
  const { body } = await post(`/v1/teams/${ids.team}/invitations`, owner, { email, role: 'viewer' });
  return new URL(body.url as string).hash.slice(1);
}

/** A further release, which is live in place of the team's own. */
async function otherIsLive({ appId, ids }: TestTeam): Promise<{ ids: string[] }> {
  const { db } = api.database;
  const { id: _, manifest: __, ...own } = await db.release.findFirstOrThrow({ where: { appId } });
  const other = await db.release.create({
    data: { ...own, number: own.number + 1, processes: { web: [] }, addOns: own.addOns ?? {} },
  });
  await db.app.update({
    where: { id: appId },
    data: { liveReleaseId: other.id, nextRelease: other.number + 1 },
  });
  return { ids: [ids.number] };
}

async function split(team: TestTeam): Promise<{ release: number; percent: number }> {
  await otherIsLive(team);
  return { release: Number(team.ids.number), percent: 10 };
}

/** Its live release was built from an upload, on a stack that is not in force any more. */
async function builtLive(appId: string): Promise<void> {
  const { db } = api.database;
  const { id } = await db.source.create({ data: { appId, kind: 'upload' } });
  await db.deployment.updateMany({ where: { appId }, data: { sourceId: id } });
  await db.build.updateMany({ where: { appId }, data: { plan: await planOf({ 'index.html': '' }) } });
  const build = await db.build.findFirstOrThrow({ where: { appId } });
  await db.release.updateMany({ where: { appId }, data: { buildId: build.id } });
}

describe('every change', () => {
  it('of the OpenAPI document is told to the audit list, or says why it is not', async () => {
    const document = JSON.parse(await readFile(openApiFile, 'utf8')) as {
      paths: Record<string, Record<string, object>>;
    };
    const changing = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item)
        .filter((method) => method !== 'get')
        .map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect([...Object.keys(changes), ...Object.keys(untold)].sort()).toEqual(changing.sort());
  });

  it.each(Object.entries(changes))('tells who, what and whose: %s', async (route, change) => {
    const { db } = api.database;
    const team = change.alone ? await liveTeam() : shared;
    const made = (await change.before?.(team)) ?? {};
    const last = [...(made.ids ?? change.ids?.map((name) => team.ids[name]) ?? [])];
    const [method = '', form = ''] = route.split(' ');
    const path = form.replace(/\{(\w+)\}/g, (_, name: string) =>
      name === 'app' || name === 'team' ? team.ids[name] : (last.shift() ?? ''),
    );
    const by = made.by ?? team.owner;
    const after = await newestEventId(db);

    const asked = request(api.url)[method.toLowerCase() as 'post'](path).set('X-Berth-Csrf', '1');
    if (made.cookie === undefined) asked.auth(by.token, { type: 'bearer' });
    else asked.set('Cookie', made.cookie).set('Sec-Fetch-Site', 'same-origin');
    if (path.endsWith('/uploads'))
      asked.type('application/gzip').send(await tarGzOf([{ name: 'index.html', content: '' }]));
    else asked.send(made.body ?? change.body);
    // A collection ends when a builder has done it, and there is none here.
    if (path.endsWith('/collections')) asked.timeout(500);
    const answer = await asked.catch((error: { timeout?: number }) => error);
    if ('body' in answer) expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);

    const events = await db.event.findMany({ where: { id: { gt: after }, actor: by.email } });
    expect(events.map(({ kind }) => kind)).toEqual(expect.arrayContaining(change.kinds));
    const told = events.find(({ kind }) => kind === change.kinds[0]);
    if (form.includes('{app}')) expect(told?.appId).toBe(team.appId);
    if (form.includes('{team}')) expect(told?.teamId).toBe(team.teamId);
  });
});
