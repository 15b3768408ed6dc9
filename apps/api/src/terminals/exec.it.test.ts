import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { WebSocket, WebSocketServer } from 'ws';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ServerFrame } from '#libs/contracts/terminal-frames.js';
import { createRelease } from '#libs/store/releases.js';
import { transaction } from '#libs/store/db.js';
import { SEALER } from '#libs/store/store.module.js';
import { waitFor } from '#libs/core/wait.js';
import { toServer, type ToServer } from '#libs/terminal/channel.js';
import { toClient } from '#libs/terminal/to-client.js';
import { makeApp, tester } from '../../../../test/support/database.js';
import { makeToken, makeUser, openApi, password, type TestApi, type TestUser } from '../testing/api.js';

let api: TestApi;
let developer: TestUser;
let path = '';
let runtime: Server;
let sockets: WebSocketServer;
const opened: WebSocket[] = [];
/** Commands that the played runtime was asked for, and its clients that are still there. */
const asked: string[][] = [];
let present = 0;

beforeAll(async () => {
  api = await openApi();
  const { db } = api.database;
  const app = await makeApp(db);
  developer = await makeUser(db, [{ teamId: app.teamId, role: 'developer' }]);
  const host = await db.host.create({ data: { name: 'here' } });
  const release = await transaction(db, (tx) =>
    createRelease(tx, api.app.get(SEALER), {
      appId: app.appId,
      content: {
        image: `apps/${app.appId}@sha256:${'a'.repeat(64)}`,
        buildId: null,
        processes: { web: [] },
        port: 8080,
        healthPath: null,
      },
      description: 'one',
      actor: tester,
    }),
  );
  const instance = await db.instance.create({
    data: { appId: app.appId, releaseId: release.id, hostId: host.id, process: 'web', status: 'ready' },
  });
  path = `/v1/apps/${app.name}/instances/${instance.id}/exec`;
});
beforeEach(startRuntime);
afterEach(async () => {
  for (const socket of opened.splice(0)) socket.terminate();
  await stopRuntime();
  asked.length = 0;
});
afterAll(() => api.close());

/** Plays the runtime: `stay` runs on, anything else prints what it was asked and exits with 7. */
async function startRuntime(): Promise<void> {
  sockets = new WebSocketServer({ noServer: true });
  runtime = createServer().on('upgrade', (request, socket, head) =>
    sockets.handleUpgrade(request, socket, head, (one) => void play(one)),
  );
  await new Promise<void>((resolve) => runtime.listen(join(api.home, 'runtime.sock'), resolve));
}

async function play(socket: WebSocket): Promise<void> {
  const channel = toClient(socket);
  present += 1;
  channel.gone.addEventListener('abort', () => (present -= 1));
  for await (const frame of channel.frames()) {
    if (frame.t !== 'start') continue;
    asked.push(frame.command);
    await channel.send({ t: 'started', instance: 'x', terminal: false });
    if (frame.command[0] === 'stay') continue;
    await channel.send({ t: 'stdout', data: Buffer.from(frame.command.join(' ')) });
    await channel.send({ t: 'exit', code: 7 });
  }
}

async function stopRuntime(): Promise<void> {
  for (const socket of sockets.clients) socket.terminate();
  await new Promise((resolve) => runtime.close(resolve));
}

/** The frames' channel, or the status of the refusal. */
function open(headers: Record<string, string>): Promise<ToServer | number> {
  const socket = new WebSocket(`${api.url.replace('http', 'ws')}${path}`, { headers });
  opened.push(socket);
  const channel = toServer(socket);
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(channel));
    socket.once('unexpected-response', (_, answer) => resolve(answer.statusCode ?? 0));
    socket.once('error', reject);
  });
}

async function begin(command: string[], token = developer.token): Promise<ToServer> {
  const channel = await open({ authorization: `Bearer ${token}` });
  if (typeof channel === 'number') throw new Error(`answered ${channel}`);
  await channel.send({ t: 'start', command, terminal: null });
  return channel;
}

async function all(channel: ToServer): Promise<unknown[]> {
  const frames: unknown[] = [];
  for await (const frame of channel.frames()) frames.push(shown(frame));
  return frames;
}
const shown = (frame: ServerFrame): unknown => ('data' in frame ? Buffer.from(frame.data).toString() : frame);

const events = () =>
  api.database.db.event.findMany({ where: { kind: { startsWith: 'exec.' } }, orderBy: { id: 'asc' } });

describe('a terminal through the api', () => {
  it('is the runtime’s, and leaves who ran what, and how it ended, in the list of events', async () => {
    const channel = await begin(['echo', 'hello']);
    expect(await all(channel)).toMatchObject([{ t: 'started' }, 'echo hello', { t: 'exit', code: 7 }]);
    const rows = await waitFor('the end', async () => (await events()).length === 2 && events(), {
      timeoutMs: 5_000,
    });
    expect(rows).toMatchObject([
      { kind: 'exec.started', actor: developer.email, data: { command: 'echo hello', process: 'web' } },
      {
        kind: 'exec.ended',
        actor: developer.email,
        data: { command: 'echo hello', exitCode: 7, failure: null },
      },
    ]);
  });

  it('leaves the runtime once its client has vanished', async () => {
    const channel = await begin(['stay']);
    await channel.frames().next();
    channel.cut();
    await waitFor('the runtime to be left', () => present === 0, { timeoutMs: 5_000 });
  });

  it('says so when the runtime is away or goes away', async () => {
    const channel = await begin(['stay']);
    const frames = channel.frames();
    await frames.next();
    await stopRuntime();
    for (const socket of [await frames.next()])
      expect(socket.value).toMatchObject({ code: 'runtime_unreachable' });
    expect(await all(await begin(['echo']))).toMatchObject([{ t: 'failed', code: 'runtime_unreachable' }]);
    await startRuntime();
  });

  it('ends as soon as the right to it is lost', async () => {
    const token = await makeToken(api.database.db, developer.id);
    const channel = await begin(['stay'], token);
    await channel.frames().next();
    const { items } = (await (await call('/v1/tokens')).json()) as {
      items: { id: string; prefix: string }[];
    };
    const { id = '' } = items.find(({ prefix }) => token.includes(prefix)) ?? {};
    expect((await call(`/v1/tokens/${id}`, 'DELETE')).status).toBe(204);
    await waitFor('the end', () => channel.gone.aborted, { timeoutMs: 5_000 });
  });

  it('opens with a session cookie from the platform’s own pages only', async () => {
    const answer = await fetch(`${api.url}/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: developer.email, password }),
    });
    const cookie = (answer.headers.getSetCookie()[0] ?? '').split(';', 1)[0] ?? '';
    expect(await open({ cookie })).toBe(403);
    expect(await open({ cookie, origin: 'http://shop.apps.localhost:8080' })).toBe(403);
    expect(await open({ cookie, origin: api.url })).toBeTypeOf('object');
    expect(await open({ origin: api.url })).toBe(401);
  });

  it('is a WebSocket and nothing else, and an ordinary route stays one', async () => {
    expect((await call(path)).status).toBe(426);
    expect(
      (await call(path.replace(/instances\/[^/]+/, 'instances/01a20cab-7095-76e4-8c95-4780096c9ce5'))).status,
    ).toBe(426);
    const socket = new WebSocket(`${api.url.replace('http', 'ws')}/v1/session`);
    const status = await new Promise((resolve) => {
      socket.once('unexpected-response', (_, response) => resolve(response.statusCode));
      socket.once('error', () => undefined);
    });
    expect(status).toBe(401);
  });
});

function call(url: string, method = 'GET'): Promise<Response> {
  return fetch(`${api.url}${url}`, { method, headers: { authorization: `Bearer ${developer.token}` } });
}
