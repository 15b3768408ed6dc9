import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import request from 'supertest';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AppLogLine } from '#libs/contracts/api/logs.js';
import { runtimeLogQuery, type RuntimeLogQuery } from '#libs/contracts/runtime-api.js';
import { waitFor } from '#libs/core/wait.js';
import { makeApp } from '../../../../test/support/database.js';
import { LiveStreams } from '../live/live-streams.js';
import { makeToken, makeUser, openApi, type TestApi, type TestUser } from '../testing/api.js';
import { SseClient } from '../testing/sse-client.js';

/** Speaks the runtime's side of libs/contracts/runtime-api.ts on its socket, with lines that the test decides. */
class PlayedRuntime {
  readonly asked: RuntimeLogQuery[] = [];
  lines: AppLogLine[] = [];
  private readonly followers = new Set<ServerResponse>();
  private server: Server | null = null;

  constructor(private readonly socket: string) {}

  async start(): Promise<void> {
    this.server = createServer((from, to) => this.answer(from, to));
    this.server.listen(this.socket);
    await once(this.server, 'listening');
  }

  async stop(): Promise<void> {
    if (!this.server) return;
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
    this.server = null;
    this.followers.clear();
  }

  get following(): number {
    return this.followers.size;
  }

  print(line: AppLogLine): void {
    this.lines.push(line);
    for (const follower of this.followers) follower.write(`${JSON.stringify(line)}\n`);
  }

  private answer(from: IncomingMessage, to: ServerResponse): void {
    const query = runtimeLogQuery.parse(
      Object.fromEntries(new URL(from.url ?? '', 'http://runtime').searchParams),
    );
    this.asked.push(query);
    to.writeHead(200);
    to.flushHeaders();
    for (const line of this.lines.slice(-query.tail)) to.write(`${JSON.stringify(line)}\n`);
    if (query.follow !== '1') return void to.end();
    this.followers.add(to);
    to.on('close', () => this.followers.delete(to));
  }
}

let api: TestApi;
let owner: TestUser;
let app: { teamId: string; appId: string; name: string };
let runtime: PlayedRuntime;
const clients: SseClient[] = [];

beforeAll(async () => {
  api = await openApi();
  app = await makeApp(api.database.db);
  owner = await makeUser(api.database.db, [{ teamId: app.teamId, role: 'owner' }]);
  runtime = new PlayedRuntime(join(api.home, 'runtime.sock'));
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await waitFor('all streams to be closed', () => api.app.get(LiveStreams).count === 0, {
    timeoutMs: 10_000,
  });
  await runtime.stop();
  runtime.lines = [];
  runtime.asked.splice(0);
});
afterAll(() => api.close());

const instance = '01a20cab-7095-76e4-8c95-4780096c9ce5';
const line = (n: number): AppLogLine => ({
  // Without trailing zeros, as Go writes it.
  at: `2026-11-24T08:00:${String(10 + Math.floor(n / 10))}.${n % 10}Z`.replace('.0Z', 'Z'),
  instance,
  process: 'web',
  release: 1,
  stream: 'stdout',
  text: `line ${n}`,
});
const path = () => `/v1/apps/${app.name}/logs`;

function listen(headers: Record<string, string> = {}, query = ''): SseClient {
  const client = new SseClient(`${api.url}${path()}/stream${query}`, {
    authorization: `Bearer ${owner.token}`,
    ...headers,
  });
  clients.push(client);
  return client;
}
const textsOf = (client: SseClient) => client.events.map(({ data }) => data.text as string);
const texts = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `line ${from + i}`);

describe('an app’s log', () => {
  it('is the runtime’s, asked for as the caller asked', async () => {
    await runtime.start();
    runtime.lines = [1, 2, 3].map(line);
    const answer = await request(api.url)
      .get(`${path()}?tail=2&search=Line&instance=${instance}`)
      .set('Authorization', `Bearer ${owner.token}`);
    expect(answer.body.lines).toEqual([line(2), line(3)]);
    expect(runtime.asked).toEqual([{ appId: app.appId, tail: 2, search: 'Line', instance, follow: '0' }]);
  });

  it('holds what one-offs print only for those who may run some', async () => {
    await runtime.start();
    const viewer = await makeUser(api.database.db, [{ teamId: app.teamId, role: 'viewer' }]);
    const reading = await makeToken(api.database.db, owner.id, { scopes: ['read'] });
    for (const token of [viewer.token, reading])
      await request(api.url).get(path()).set('Authorization', `Bearer ${token}`).expect(200);
    expect(runtime.asked.map(({ withoutOneOffs }) => withoutOneOffs)).toEqual(['1', '1']);
  });

  it('comes as a text file, with the same filters', async () => {
    await runtime.start();
    runtime.lines = [1, 2, 3].map(line);
    const answer = await request(api.url)
      .get(`${path()}/download?search=line&level=warn`)
      .set('Authorization', `Bearer ${owner.token}`);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': `attachment; filename=${app.name}.log`,
    });
    expect(answer.text).toBe(
      [1, 2, 3].map((n) => `${line(n).at} web.${instance.slice(-8)} stdout line ${n}\n`).join(''),
    );
    expect(runtime.asked).toMatchObject([{ tail: 50_000, search: 'line', level: 'warn' }]);
    await runtime.stop();
    const away = await request(api.url)
      .get(`${path()}/download`)
      .set('Authorization', `Bearer ${owner.token}`);
    expect(away.body).toMatchObject({ status: 503, code: 'runtime_unreachable' });
  });

  it('is said to be out of reach while the runtime is away', async () => {
    const answer = await request(api.url).get(path()).set('Authorization', `Bearer ${owner.token}`);
    expect(answer.body).toMatchObject({ status: 503, code: 'runtime_unreachable' });
  });
});

describe('the stream of an app’s log', () => {
  it('goes on where it was when the runtime restarts, without a gap or a repetition', async () => {
    await runtime.start();
    runtime.lines = Array.from({ length: 5 }, (_, n) => line(n));
    const stream = listen();
    await waitFor('the stream to follow', () => runtime.following === 1, { timeoutMs: 5_000 });
    for (let n = 5; n < 15; n++) runtime.print(line(n));
    await stream.next(({ data }) => data.text === 'line 14');
    await runtime.stop();
    for (let n = 15; n < 20; n++) runtime.print(line(n));
    await runtime.start();
    await stream.next(({ data }) => data.text === 'line 19');
    runtime.print(line(20));
    await stream.next(({ data }) => data.text === 'line 20');
    expect(textsOf(stream)).toEqual(texts(0, 21));
  });

  it('resumes after Last-Event-ID', async () => {
    await runtime.start();
    runtime.lines = Array.from({ length: 30 }, (_, n) => line(n));
    const first = listen();
    const seen = await first.next(({ data }) => data.text === 'line 19');
    const second = listen({ 'last-event-id': seen.id ?? '' });
    await second.next(({ data }) => data.text === 'line 29');
    expect(textsOf(second)).toEqual(texts(20, 30));
  });

  it('resumes with the lines of an instance that come late, older than what another had printed', async () => {
    await runtime.start();
    const second = '01a20cab-7095-76e4-8c95-4780096c9ce6';
    runtime.lines = [line(1), { ...line(2), instance: second }, line(5)];
    const first = listen();
    const seen = await first.next(({ data }) => data.text === 'line 5');
    first.close();
    runtime.lines.push({ ...line(4), instance: second }, line(6));
    const again = listen({ 'last-event-id': seen.id ?? '' });
    await again.next(({ data }) => data.text === 'line 6');
    expect(textsOf(again)).toEqual(['line 4', 'line 6']);
  });

  it('leaves the runtime alone once its client is gone', async () => {
    await runtime.start();
    const stream = listen();
    await waitFor('the stream to follow', () => runtime.following === 1, { timeoutMs: 5_000 });
    stream.close();
    await waitFor('the runtime to be left', () => runtime.following === 0, { timeoutMs: 5_000 });
  });
});
