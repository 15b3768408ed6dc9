import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createTcp, type AddressInfo, type Server as TcpServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeliveryView } from '#libs/contracts/api/webhooks.js';
import { waitFor } from '#libs/core/wait.js';
import { GitServer } from '#libs/source/testing/git-server.js';
import { WorkTree } from '#libs/source/testing/work-tree.js';
import { probeApp } from '../support/apps.js';
import { hostOf, platformHost, port, setting, token, visit, visitJson } from '../support/berth.js';
import { Person } from '../support/cli.js';

/** Where the world outside begins: the one address that the platform of these tests may call in a user's name. */
const outside = setting('BERTH_OUTBOUND_ALLOW').split('/')[0] ?? '';
const app = `out-${randomBytes(3).toString('hex').replace(/^\d/, 'a')}`;
const patience = { timeoutMs: 60_000, everyMs: 100 };

let me: Person;
let tree: WorkTree;
let git: GitServer;
let receiver: Server;
let collector: TcpServer;
const sockets = new Set<Socket>();
const messages: { type: string; data: Record<string, unknown> }[] = [];
let syslog = '';

beforeAll(async () => {
  receiver = createServer(async (from, to) => {
    let body = '';
    for await (const piece of from) body += String(piece);
    messages.push(JSON.parse(body) as (typeof messages)[number]);
    to.writeHead(204).end();
  });
  collector = createTcp((socket) => {
    sockets.add(socket.setEncoding('utf8').on('data', (text) => (syslog += String(text))));
  });
  for (const server of [receiver, collector]) await once(server.listen(0, outside), 'listening');
  tree = await WorkTree.create(probeApp('1'));
  git = await GitServer.open(tree.dir, outside);
  me = await Person.create();
  await ok(['login', '--url', `http://${platformHost}`, '--token', '-'], token());
  await ok(['create', app, '--team', 'home']);
});
afterAll(async () => {
  await me.berth(['destroy', app, '--confirm', app]);
  for (const socket of sockets) socket.destroy();
  for (const server of [receiver, collector]) server.close();
  receiver.closeAllConnections();
  git.close();
  await tree.remove();
  await me.remove();
});

async function ok(args: string[], input?: string): Promise<string> {
  const result = await me.berth(args, { input });
  expect(result, `${args.join(' ')}\n${result.stderr}`).toMatchObject({ code: 0 });
  return result.stdout;
}
const json = async <T>(args: string[]): Promise<T> => JSON.parse(await ok([...args, '--json'])) as T;
const portOf = (server: Server | TcpServer): number => (server.address() as AddressInfo).port;
const serves = (version: string) =>
  waitFor(`version ${version}`, async () => (await visitJson(hostOf(app)))['version'] === version, patience);

describe('an app of somebody else’s git server', () => {
  it('is deployed from there, again after each push that the server tells of, and webhook and drain hear of it', async () => {
    const hook = await json<{ id: string }>([
      ...['webhooks', 'add', `http://${outside}:${portOf(receiver)}/in`],
      ...['-e', 'release.live', '--app', app],
    ]);
    await ok(['drains', 'add', `syslog://${outside}:${portOf(collector)}`, '--app', app]);
    const made = await json<{ hookUrl: string; secret: string }>(['connect', app, git.url.href]);
    await serves('1');

    await tree.commit(probeApp('2'));
    const commit = (await tree.git('rev-parse', 'HEAD')).trim();
    const body = JSON.stringify({ object_kind: 'push', ref: 'refs/heads/main', after: commit });
    const told = await visit(platformHost, new URL(made.hookUrl).pathname, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(body)),
        'x-gitea-event': 'push',
        'x-gitea-signature': createHmac('sha256', made.secret).update(body).digest('hex'),
      },
    });
    expect([new URL(made.hookUrl).port, told.status]).toEqual([String(port), 202]);
    await serves('2');
    expect(await json(['connection', app])).toMatchObject({ commit, reason: null });

    await waitFor('both releases to be told', () => messages.length === 2, patience);
    expect(messages).toMatchObject([1, 2].map(() => ({ type: 'release.live', data: { app } })));
    await waitFor(
      'the log to arrive',
      () => syslog.includes(`${app} web.`) && syslog.includes('probe 2 listens'),
      patience,
    );

    // What was taken can be sent again.
    const [newest] = await json<DeliveryView[]>(['webhooks', 'deliveries', hook.id, '--app', app]);
    expect(newest).toMatchObject({ status: 'delivered', httpStatus: 204 });
    await ok(['webhooks', 'replay', hook.id, newest!.id, '--app', app]);
    await waitFor('it to come again', () => messages.length === 3, patience);
    expect(messages[2]).toEqual(messages[1]);
    await ok(['disconnect', app]);
    expect(await me.berth(['connection', app])).toMatchObject({ code: 4 });
  });
});
