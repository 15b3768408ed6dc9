import request from 'supertest';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import pg from 'pg';
import { deploymentStream } from '#libs/contracts/api/deployments.js';
import { eventStream } from '#libs/contracts/api/events.js';
import { waitFor } from '#libs/core/wait.js';
import { acceptDeployment } from '#libs/store/accept.js';
import { transaction } from '#libs/store/db.js';
import { failDeployment } from '#libs/store/deployments.js';
import { emitEvent } from '#libs/store/events.js';
import { appendLogLines } from '#libs/store/log-lines.js';
import { removeMember } from '#libs/store/members.js';
import { endStep, startStep } from '#libs/store/steps.js';
import { makeApp, tester } from '../../../../test/support/database.js';
import { makeToken, makeUser, openApi, type TestApi, type TestUser } from '../testing/api.js';
import { SseClient } from '../testing/sse-client.js';
import { LiveStreams } from './live-streams.js';

let api: TestApi;
let owner: TestUser;
let app: { teamId: string; appId: string; name: string };
const clients: SseClient[] = [];

beforeAll(async () => {
  api = await openApi();
  app = await makeApp(api.database.db);
  owner = await makeUser(api.database.db, [{ teamId: app.teamId, role: 'owner' }]);
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await waitFor('all streams to be closed', () => open() === 0, { timeoutMs: 10_000 });
});
afterAll(() => api.close());

const open = () => api.app.get(LiveStreams).count;

function listen(path: string, token = owner.token, headers: Record<string, string> = {}): SseClient {
  const client = new SseClient(`${api.url}/v1${path}`, { authorization: `Bearer ${token}`, ...headers });
  clients.push(client);
  return client;
}

async function deployment() {
  const { deployment } = await acceptDeployment(api.database.db, {
    appId: app.appId,
    trigger: 'git',
    actor: tester,
    source: { kind: 'git', commit: 'b'.repeat(40) },
  });
  return { ...deployment, path: `/apps/${app.name}/deployments/${deployment.number}/log/stream` };
}

const say = (id: string, ...texts: string[]) =>
  appendLogLines(
    api.database.db,
    id,
    texts.map((text) => ({ at: new Date(), kind: 'detail' as const, text })),
  );

const failure = { code: 'build_failed', step: 'build', message: 'It broke.', hint: null, lines: [] };

describe('the stream of a deployment', () => {
  it('shows what was there, then lines, steps and statuses as they come, and ends with it', async () => {
    const { db } = api.database;
    const { id, path } = await deployment();
    await say(id, 'one');
    const stream = listen(path);
    await stream.next(({ data }) => data.text === 'one');
    await say(id, 'two', 'three');
    const step = { deploymentId: id, attempt: 1, name: 'build' as const };
    const startedAt = new Date();
    await startStep(db, step, startedAt);
    await stream.next(({ event, data }) => event === 'step' && data.outcome === 'running');
    await endStep(db, step, { startedAt, endedAt: new Date(), outcome: 'failed' });
    await failDeployment(db, { id, error: failure, actor: tester });
    await stream.untilEnd();
    expect(stream.events.filter(({ event }) => event === 'line').map(({ data }) => data.text)).toEqual([
      'one',
      'two',
      'three',
    ]);
    expect(stream.events.at(-1)).toMatchObject({ event: 'end', data: { status: 'failed', error: failure } });
    for (const { event, data } of stream.events)
      deploymentStream[event as keyof typeof deploymentStream].parse(data);
  });

  it('resumes after the last line seen, without a gap or a repetition', async () => {
    const { db } = api.database;
    const { id, path } = await deployment();
    const texts = Array.from({ length: 1200 }, (_, index) => `line ${index}`);
    await say(id, ...texts);
    const first = listen(path);
    const seen = await first.next(({ data }) => data.text === 'line 700');
    first.close();
    const upTo = first.events.filter(({ event }) => event === 'line').findIndex((event) => event === seen);
    const second = listen(path, owner.token, { 'last-event-id': seen.id ?? '' });
    await failDeployment(db, { id, error: failure, actor: tester });
    await second.untilEnd();
    const got = [...first.events.filter(({ event }) => event === 'line').slice(0, upTo + 1), ...second.events]
      .filter(({ event }) => event === 'line')
      .map(({ data }) => data.text);
    expect(got).toEqual(texts);
  });

  it('loses nothing while the connection to Postgres is cut again and again', async () => {
    const { db, url } = api.database;
    const { id, path } = await deployment();
    const stream = listen(path);
    await stream.next(({ event }) => event === 'status');
    const killer = new pg.Client({ connectionString: url });
    await killer.connect();
    const texts: string[] = [];
    for (let round = 0; round < 5; round++) {
      await killer.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND query LIKE 'LISTEN%'`,
      );
      texts.push(`round ${round}`);
      await say(id, `round ${round}`);
    }
    await killer.end();
    await stream.next(({ data }) => data.text === 'round 4');
    await failDeployment(db, { id, error: failure, actor: tester });
    await stream.untilEnd();
    expect(stream.events.filter(({ event }) => event === 'line').map(({ data }) => data.text)).toEqual(texts);
  });
});

describe('the stream of events', () => {
  const happens = (n: number, place = app) =>
    transaction(api.database.db, (tx) =>
      emitEvent(tx, {
        teamId: place.teamId,
        appId: place.appId,
        kind: 'app.updated',
        data: { n },
        actor: tester,
      }),
    );

  it('shows the caller’s teams’ events from now on, in order, and nobody else’s', async () => {
    const other = await makeApp(api.database.db);
    await happens(0);
    const stream = listen('/events/stream');
    await waitFor('the stream to be open', () => stream.status === 200 && open() === 1, {
      timeoutMs: 10_000,
    });
    // The first read is over once something that came after it is shown.
    await waitFor(
      'the stream to follow',
      async () => {
        await happens(1);
        return stream.events.length > 0;
      },
      { timeoutMs: 10_000, everyMs: 200 },
    );
    await Promise.all([happens(2), happens(3, other), happens(4)]);
    await happens(5);
    await stream.next(({ data }) => data.data.n === 5);
    const numbers = stream.events.map(({ data }) => data.data.n as number);
    expect(numbers).not.toContain(0);
    expect(numbers).not.toContain(3);
    expect([...numbers].filter((n) => n > 1).sort()).toEqual([2, 4, 5]);
    const ids = stream.events.map(({ id }) => Number(id));
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    for (const { data } of stream.events) eventStream.event.parse(data);
  });

  it('resumes after Last-Event-ID with all that happened meanwhile', async () => {
    const list = await request(api.url)
      .get(`/v1/events?app=${app.name}&limit=1`)
      .set('Authorization', `Bearer ${owner.token}`);
    for (let n = 100; n < 400; n++) await happens(n);
    const stream = listen(`/events/stream?app=${app.name}`, owner.token, {
      'last-event-id': list.body.items[0].id,
    });
    await stream.next(({ data }) => data.data.n === 399);
    expect(stream.events.map(({ data }) => data.data.n)).toEqual(
      Array.from({ length: 300 }, (_, i) => i + 100),
    );
  });
});

describe('a live stream', () => {
  it('ends at once when its token is revoked', async () => {
    const { db } = api.database;
    const token = await makeToken(db, owner.id, { scopes: ['read'] });
    const stream = listen('/events/stream', token);
    await waitFor('the stream to be open', () => open() === 1, { timeoutMs: 10_000 });
    const row = await db.token.findFirstOrThrow({
      where: { userId: owner.id },
      orderBy: { createdAt: 'desc' },
    });
    await request(api.url).delete(`/v1/tokens/${row.id}`).set('Authorization', `Bearer ${owner.token}`);
    await stream.untilEnd();
    expect(open()).toBe(0);
  });

  it('ends when its user leaves the team', async () => {
    const { db } = api.database;
    const viewer = await makeUser(db, [{ teamId: app.teamId, role: 'viewer' }]);
    const { path } = await deployment();
    const stream = listen(path, viewer.token);
    await stream.next(({ event }) => event === 'status');
    await removeMember(db, { teamId: app.teamId, userId: viewer.id }, tester);
    await stream.untilEnd();
  });

  it('is refused when its user has too many, and only then', async () => {
    const hog = await makeUser(api.database.db, [{ teamId: app.teamId, role: 'viewer' }]);
    for (let n = 0; n < 30; n++) listen('/events/stream', hog.token);
    await waitFor('thirty streams', () => open() === 30, { timeoutMs: 15_000 });
    const one = await fetch(`${api.url}/v1/events/stream`, {
      headers: { authorization: `Bearer ${hog.token}` },
    });
    expect(one.status).toBe(429);
    const other = listen('/events/stream');
    await waitFor('another’s stream', () => other.status === 200, { timeoutMs: 10_000 });
  });
});
