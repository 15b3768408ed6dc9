import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { AddressGuard } from '#libs/outbound/address-guard.js';
import { transaction } from '#libs/store/db.js';
import { emitEvent } from '#libs/store/events.js';
import { fanOut } from '#libs/store/webhook-deliveries.js';
import { createWebhook, listDeliveries, replayDelivery } from '#libs/store/webhooks.js';
import { freshDatabase, makeApp, tester, type TestDatabase } from '../../../../test/support/database.js';
import { Dispatcher } from './dispatcher.js';
import { webhookBody } from './webhook.view.js';

const soon = { timeoutMs: 30_000 };
let database: TestDatabase;
let receiver: Server;
let got: { headers: IncomingHttpHeaders; body: string }[] = [];
/** What the receiver answers with. */
let status = 204;
let url: string;
let dispatcher: Dispatcher;
const warnings: string[] = [];

beforeAll(async () => {
  database = await freshDatabase();
  receiver = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += String(piece);
    got.push({ headers: request.headers, body });
    response.writeHead(status).end('thanks');
  });
  await once(receiver.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/in?key=hush`;
  dispatcher = new Dispatcher({
    ...{ db: database.db, sealer: database.sealer, guard: new AddressGuard(['127.0.0.1']) },
    warn: (message) => warnings.push(message),
  });
});
beforeEach(() => {
  got = [];
  status = 204;
});
afterAll(async () => {
  await dispatcher.stop();
  receiver.close();
  receiver.closeAllConnections();
  await database.drop();
  expect(warnings).toEqual([]);
});

/** A team's app with a webhook for two kinds of events. */
async function hooked() {
  const { db, sealer } = database;
  const { teamId, appId } = await makeApp(db);
  const { webhook, secret } = await createWebhook(db, sealer, {
    ...{ teamId, appId: null, id: crypto.randomUUID(), url, actor: tester },
    kinds: ['app.updated', 'job.failed'],
  });
  const tell = (kind: 'app.updated' | 'job.failed' | 'app.scaled', data: Record<string, string>) =>
    transaction(db, (tx) => emitEvent(tx, { teamId, appId, kind, data, actor: tester }));
  return { id: webhook.id, secret, tell, shown: webhook.shownUrl };
}

const deliveries = (id: string) => listDeliveries(database.db, id, { after: null, take: 50 });
/** Waits until there are so many deliveries, none of which waits for its first attempt. */
const sent = (id: string, count: number) =>
  waitFor(
    `${count} deliveries`,
    async () => {
      dispatcher.ask();
      const rows = await deliveries(id);
      return (
        rows.length === count && rows.every((row) => row.httpStatus !== null || row.reason !== null) && rows
      );
    },
    soon,
  );

describe('a webhook', () => {
  it('gets each event that it waits for once, signed, and nothing else', async () => {
    const { id, secret, tell, shown } = await hooked();
    await tell('app.scaled', { web: 'x' });
    await tell('job.failed', { reason: 'exit code 3' });
    const many = await Promise.all([1, 2, 3].map(() => fanOut(database.db, webhookBody)));
    expect(many).toEqual([false, false, false]);
    expect(await sent(id, 1)).toMatchObject([{ status: 'delivered', attempt: 1, httpStatus: 204 }]);
    const [message, ...more] = got;
    expect(more).toEqual([]);
    const { headers, body } = message!;
    expect(JSON.parse(body)).toMatchObject({
      type: 'job.failed',
      data: { reason: 'exit code 3', actor: 'test' },
    });
    const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const expected = createHmac('sha256', key).update(signed).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${expected}`);
    expect(shown).not.toContain('hush');
  });

  it('that refuses is tried again later; what it has taken can be sent again under the same id', async () => {
    const { id, tell } = await hooked();
    status = 503;
    await tell('app.updated', { name: 'x' });
    const [refused] = await sent(id, 1);
    expect(refused).toMatchObject({ status: 'waiting', attempt: 1, httpStatus: 503 });
    expect(refused!.nextAt.getTime()).toBeGreaterThan(refused!.createdAt.getTime() + 4_000);
    status = 200;
    await database.db.webhookDelivery.update({ where: { id: refused!.id }, data: { nextAt: new Date() } });
    await waitFor(
      'the second attempt',
      async () => {
        dispatcher.ask();
        return (await deliveries(id))[0]?.status === 'delivered';
      },
      soon,
    );
    await replayDelivery(database.db, id, refused!.id);
    await sent(id, 2);
    const ids = got.map(({ headers }) => headers['webhook-id']);
    expect([ids.length, new Set(ids).size]).toEqual([3, 1]);
  });

  it('at an internal address gets nothing', async () => {
    const { id, tell } = await hooked();
    await dispatcher.stop();
    const closed = new Dispatcher({
      ...{ db: database.db, sealer: database.sealer, guard: new AddressGuard([]) },
      warn: (message) => warnings.push(message),
    });
    await tell('app.updated', { name: 'x' });
    closed.ask();
    const delivery = await waitFor(
      'the attempt',
      async () => (await deliveries(id)).find(({ reason }) => reason !== null),
      soon,
    );
    await closed.stop();
    expect(delivery.reason).toMatch(/inside of this platform/);
    expect(got).toEqual([]);
  });
});
