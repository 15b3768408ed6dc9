import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CreatedWebhook, DeliveryView, WebhookList } from '#libs/contracts/api/webhooks.js';
import { waitFor } from '#libs/core/wait.js';
import { makeApp } from '../../../../test/support/database.js';
import { makeToken, makeUser, openApi, type TestApi, type TestUser } from '../testing/api.js';

let api: TestApi;
let receiver: Server;
const got: { headers: IncomingHttpHeaders; body: string }[] = [];
let address = '';
let app: { teamId: string; appId: string; name: string };
let team = '';
let owner: TestUser;
let developer: TestUser;
let viewer: TestUser;
let stranger: TestUser;

beforeAll(async () => {
  receiver = createServer(async (from, to) => {
    let body = '';
    for await (const piece of from) body += String(piece);
    got.push({ headers: from.headers, body });
    to.writeHead(204).end();
  });
  await once(receiver.listen(0, '127.0.0.1'), 'listening');
  address = `http://me:hush@127.0.0.1:${(receiver.address() as AddressInfo).port}/in?key=hush`;
  process.env.BERTH_OUTBOUND_ALLOW = '127.0.0.1/32';
  api = await openApi();
  delete process.env.BERTH_OUTBOUND_ALLOW;
  const { db } = api.database;
  app = await makeApp(db);
  team = (await db.team.findUniqueOrThrow({ where: { id: app.teamId } })).slug;
  const member = (role: 'owner' | 'developer' | 'viewer') => makeUser(db, [{ teamId: app.teamId, role }]);
  [owner, developer, viewer] = [await member('owner'), await member('developer'), await member('viewer')];
  stranger = await makeUser(db, [{ teamId: (await makeApp(db)).teamId, role: 'owner' }]);
});
afterAll(async () => {
  receiver.close();
  receiver.closeAllConnections();
  await api.close();
});

const ofApp = () => `/v1/apps/${app.name}/webhooks`;
const ofTeam = () => `/v1/teams/${team}/webhooks`;
const as = (who: { token: string }, method: 'get' | 'post' | 'patch' | 'delete', path: string) =>
  request(api.url)[method](path).set('Authorization', `Bearer ${who.token}`);

async function added(path = ofApp(), who = developer): Promise<CreatedWebhook> {
  const { body } = await as(who, 'post', path).send({ url: address }).expect(201);
  return body as CreatedWebhook;
}
const delivered = (path: string, count: number) =>
  waitFor(
    `${count} deliveries`,
    async () => {
      const { body } = await as(developer, 'get', `${path}/deliveries`).expect(200);
      const { items } = body as { items: DeliveryView[] };
      return items.length === count && items.every(({ status }) => status === 'delivered') && items;
    },
    { timeoutMs: 20_000 },
  );

describe('a webhook by REST', () => {
  it('sends a signed trial, and sends it again under the same id when it is asked to', async () => {
    const { id, secret, url } = await added();
    expect(url).not.toMatch(/hush/);
    const listed = await as(developer, 'get', ofApp()).expect(200);
    expect(JSON.stringify(listed.body)).not.toMatch(/hush|whsec_/);
    expect((listed.body as WebhookList).items.map((one) => one.id)).toContain(id);

    const path = `${ofApp()}/${id}`;
    got.length = 0;
    await as(developer, 'post', `${path}/test`).expect(202);
    const [first] = await delivered(path, 1);
    await as(developer, 'post', `${path}/deliveries/${first!.id}/replay`).expect(202);
    await delivered(path, 2);
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    for (const { headers, body } of got) {
      const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
      const expected = createHmac('sha256', key).update(signed).digest('base64');
      expect(headers['webhook-signature']).toBe(`v1,${expected}`);
      expect(JSON.parse(body)).toMatchObject({ type: 'webhook.test' });
    }
    expect(new Set(got.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    await as(developer, 'delete', path).expect(204);
    await as(developer, 'get', `${path}/deliveries`).expect(404);
  });

  it('hears of a deployment’s app while it is switched on, and of nothing while it is off', async () => {
    const { id } = await added();
    const path = `${ofApp()}/${id}`;
    const chosen = { kinds: ['app.updated'] };
    await as(developer, 'patch', path).send(chosen).expect(200);
    const grace = (graceSeconds: number) =>
      as(developer, 'patch', `/v1/apps/${app.name}`).send({ graceSeconds }).expect(200);
    await as(developer, 'patch', path).send({ enabled: false }).expect(200);
    await grace(11);
    await as(developer, 'patch', path).send({ enabled: true }).expect(200);
    await grace(12);
    const [only] = await delivered(path, 1);
    expect(only).toMatchObject({ kind: 'app.updated', attempt: 1, httpStatus: 204 });
    expect(JSON.parse(got.at(-1)!.body)).toMatchObject({ type: 'app.updated', data: { app: app.name } });
    await as(developer, 'delete', path).expect(204);
  });

  it('is for developers of the app, and for owners where it is the team’s', async () => {
    const reader = { token: await makeToken(api.database.db, owner.id, { scopes: ['read'] }) };
    const { id } = await added();
    for (const [who, path, status] of [
      [viewer, ofApp(), 403],
      [reader, ofApp(), 403],
      [stranger, ofApp(), 404],
      [developer, ofTeam(), 403],
      [stranger, ofTeam(), 404],
    ] as const) {
      await as(who, 'post', path).send({ url: address }).expect(status);
      await as(who, 'get', path).expect(status);
      await as(who, 'post', `${path}/${id}/test`).expect(status);
      await as(who, 'delete', `${path}/${id}`).expect(status);
    }
    const ofAll = await added(ofTeam(), owner);
    // The id of one place is none of the other's.
    await as(owner, 'post', `${ofTeam()}/${id}/test`).expect(404);
    await as(developer, 'post', `${ofApp()}/${ofAll.id}/test`).expect(404);
    await as(owner, 'delete', `${ofTeam()}/${ofAll.id}`).expect(204);
    await as(developer, 'delete', `${ofApp()}/${id}`).expect(204);
  });

  it('leads to no address inside of the platform, and by no other way than http', async () => {
    const inside = { code: 'address_internal' };
    for (const url of ['http://10.1.2.3/', 'http://[::1]/', 'http://169.254.169.254/latest'])
      expect((await as(developer, 'post', ofApp()).send({ url }).expect(422)).body).toMatchObject(inside);
    for (const url of ['file:///etc/passwd', 'ftp://example.org/', 'gopher://x', 'nothing'])
      await as(developer, 'post', ofApp()).send({ url }).expect(422);
    await as(developer, 'post', ofApp())
      .send({ url: address, kinds: ['no.such'] })
      .expect(422);
    expect((await as(developer, 'get', ofApp()).expect(200)).body).toMatchObject({ items: [] });
  });
});
