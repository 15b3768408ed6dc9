import { once } from 'node:events';
import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { RouteTarget } from '#libs/contracts/edge.js';
import { ask, inState, Rig, serving } from '../test/rig.js';

const rig = new Rig();
afterEach(() => rig.end());

/** An activator before an app that counts the requests that it has read whole. */
async function limited(rules: Partial<RouteTarget>, answerAfterMs: number | null = 0) {
  const seen = { bytes: 0, whole: 0 };
  const app = await rig.app((incoming, response) => {
    incoming.on('data', (chunk: Buffer) => (seen.bytes += chunk.length));
    incoming.on('error', () => undefined);
    incoming.on('end', () => {
      seen.whole += 1;
      if (answerAfterMs !== null) setTimeout(() => response.end('done'), answerAfterMs);
    });
  });
  const { activator } = await rig.activator();
  activator.edge.apply(rig.table({ 'a.apps.localhost': { ...serving('a', app.port), ...rules } }));
  return { activator, seen };
}

describe('a body', () => {
  it('of the size that the app takes goes through, whether its length is said or not', async () => {
    const { activator, seen } = await limited({ bodyBytes: 1_000 });
    const ways: Record<string, string>[] = [{ 'Content-Length': '1000' }, { 'Transfer-Encoding': 'chunked' }];
    for (const headers of ways) {
      const answer = await ask(activator.port, { method: 'POST', body: 'x'.repeat(1_000), headers });
      expect([answer.status, answer.text]).toEqual([200, 'done']);
    }
    expect(seen).toEqual({ bytes: 2_000, whole: 2 });
  });

  it('that is said to be larger is refused before the app is asked, or woken', async () => {
    const { activator, seen } = await limited({ bodyBytes: 1_000 });
    activator.edge.apply(
      rig.table({
        'a.apps.localhost': { ...inState('a', 'asleep'), bodyBytes: 1_000 },
      }),
    );
    const headers = { 'Content-Length': '1001' };
    const answer = await ask(activator.port, { method: 'POST', body: 'x'.repeat(1_001), headers });
    expect([answer.status, answer.headers['berth-error']]).toEqual([413, 'body_too_large']);
    expect(seen).toEqual({ bytes: 0, whole: 0 });
  });

  it('that turns out to be larger is cut, and the app never sees its end', async () => {
    const { activator, seen } = await limited({ bodyBytes: 1_000 });
    const outgoing = request({
      ...{ host: '127.0.0.1', port: activator.port, method: 'POST', agent: false },
      headers: { Host: 'a.apps.localhost', 'Transfer-Encoding': 'chunked' },
    });
    outgoing.on('error', () => undefined);
    outgoing.write('x'.repeat(900));
    outgoing.write('x'.repeat(900));
    const [response] = (await once(outgoing, 'response')) as [{ statusCode: number; headers: object }];
    expect(response).toMatchObject({ statusCode: 413, headers: { 'berth-error': 'body_too_large' } });
    outgoing.destroy();
    expect(seen.whole).toBe(0);
  });
});

describe('an app that has a request', () => {
  it('and does not begin to answer in its time is given up: 504', async () => {
    const { activator, seen } = await limited({ requestSeconds: 1 }, null);
    const answer = await ask(activator.port, { method: 'POST', body: 'x' });
    expect([answer.status, answer.headers['berth-error']]).toEqual([504, 'app_too_slow']);
    expect(seen.whole).toBe(1);
  });

  it('may stream for longer, once it has begun', async () => {
    const app = await rig.app((_incoming, response) => {
      response.write('begun, ');
      setTimeout(() => response.end('ended'), 1_300);
    });
    const { activator } = await rig.activator();
    activator.edge.apply(rig.table({ 'a.apps.localhost': { ...serving('a', app.port), requestSeconds: 1 } }));
    expect((await ask(activator.port)).text).toBe('begun, ended');
  });
});
