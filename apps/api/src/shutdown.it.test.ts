import { once } from 'node:events';
import { connect } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { makeUser, openApi, type TestApi } from './testing/api.js';
import { SseClient } from './testing/sse-client.js';

let api: TestApi;
let headers: { authorization: string };
beforeAll(async () => {
  api = await openApi();
  const admin = await makeUser(api.database.db, [], { admin: true });
  headers = { authorization: `Bearer ${admin.token}` };
});

describe('when the process ends', () => {
  it('live streams and silent connections are closed, requests under way or about to come are answered, and it takes no longer than that', async () => {
    const stream = new SseClient(`${api.url}/v1/events/stream`, headers);
    await waitFor('the stream to be open', () => stream.status === 200, { timeoutMs: 10_000 });
    // As browsers open one in advance.
    const silent = connect(Number(new URL(api.url).port), '127.0.0.1');
    await once(silent, 'connect');
    let arrived = 0;
    api.app.getHttpServer().prependListener('request', () => (arrived += 1));
    const underWay = Promise.all(
      Array.from({ length: 10 }, async () => (await fetch(`${api.url}/v1/platform`, { headers })).status),
    );
    // Each takes several queries, so that when the last has come hardly any is answered.
    await waitFor('the requests to arrive', () => arrived === 10, { timeoutMs: 10_000, everyMs: 1 });
    // As Traefik opens one for a request that follows at once.
    const coming = connect(Number(new URL(api.url).port), '127.0.0.1');
    await once(coming, 'connect');
    const before = Date.now();
    const ended = api.close();
    await waitFor('it to listen no more', () => !api.app.getHttpServer().listening, {
      timeoutMs: 10_000,
      everyMs: 1,
    });
    coming.write('GET /v1/meta HTTP/1.1\r\nHost: berth.localhost\r\nConnection: close\r\n\r\n');
    const [answer] = (await once(coming, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 /);
    const [statuses] = await Promise.all([underWay, ended]);
    expect(new Set(statuses)).toEqual(new Set([200]));
    await stream.untilEnd();
    expect(Date.now() - before).toBeLessThan(15_000);
  });
});
