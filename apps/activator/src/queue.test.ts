import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { RouteTarget } from '#libs/contracts/edge.js';
import { waitFor } from '#libs/core/wait.js';
import { Demand } from '#apps/activator/src/demand.js';
import { ask, freePort, Rig, serving } from '../test/rig.js';

const rig = new Rig();
afterEach(() => rig.end());

/** An app that answers a request when the test says so, and tells how many it has at most at a time. */
async function slowApp() {
  const held: { path: string; response: ServerResponse }[] = [];
  const seen: string[] = [];
  let most = 0;
  const { port } = await rig.app((incoming, response) => {
    const path = incoming.url ?? '';
    held.push({ path, response });
    seen.push(path);
    most = Math.max(most, held.length);
    response.once('close', () => {
      const at = held.findIndex((one) => one.response === response);
      if (at !== -1) held.splice(at, 1);
    });
  });
  return {
    port,
    seen,
    held,
    most: () => most,
    answer: () => held.shift()?.response.end('ok'),
  };
}

const limited = (concurrency: number, ...ports: number[]): RouteTarget => ({
  ...serving('a', ...ports),
  concurrency,
});

async function edgeOf(target: RouteTarget, limits = {}) {
  const { activator } = await rig.activator(limits);
  const apply = (next: RouteTarget) => activator.edge.apply(rig.table({ 'a.apps.localhost': next }));
  apply(target);
  return {
    apply,
    get: (path: string, signal?: AbortSignal) => ask(activator.port, { path, ...(signal && { signal }) }),
    /** Resolves once so many requests are in hand, waiting or in flight. */
    inHand: (count: number) =>
      waitFor(`${count} in hand`, () => (activator.edge.stats().apps?.['id-a']?.now ?? 0) === count, {
        timeoutMs: 2_000,
        everyMs: 5,
      }),
  };
}

describe('requests of an app whose instances take so many at a time', () => {
  it('wait in their order while all are full, and none has more', async () => {
    const app = await slowApp();
    const edge = await edgeOf(limited(2, app.port));
    const answers: Promise<{ status: number }>[] = [];
    for (let index = 0; index < 6; index += 1) {
      answers.push(edge.get(`/${index}`));
      await edge.inHand(index + 1);
    }
    for (let done = 0; done < 6; done += 1) {
      await waitFor('the next one', () => app.held.length > 0, { timeoutMs: 2_000, everyMs: 5 });
      app.answer();
    }
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(
      Array.from({ length: 6 }, () => 200),
    );
    expect(app.most()).toBe(2);
    expect(app.seen.toSorted()).toEqual(['/0', '/1', '/2', '/3', '/4', '/5']);
    expect(app.seen.slice(2)).toEqual(['/2', '/3', '/4', '/5']);
  });

  it('go to an instance that comes to help, as soon as the table names it', async () => {
    const [one, two] = [await slowApp(), await slowApp()];
    const edge = await edgeOf(limited(1, one.port));
    const answers = [edge.get('/0'), edge.get('/1'), edge.get('/2')];
    await edge.inHand(3);
    edge.apply(limited(1, one.port, two.port));
    await waitFor('the second instance', () => two.held.length === 1, { timeoutMs: 2_000, everyMs: 5 });
    expect([one.most(), two.most()]).toEqual([1, 1]);
    // No limit any more: nobody waits.
    edge.apply(serving('a', one.port, two.port));
    await waitFor('the last', () => one.held.length + two.held.length === 3, {
      timeoutMs: 2_000,
      everyMs: 5,
    });
    for (const app of [one, two]) while (app.held.length > 0) app.answer();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it.each([
    ['of the app', { queuedPerApp: 1 }],
    ['of all apps', { queuedInAll: 1 }],
  ])('are told to come again when too many %s wait, or none is free in time', async (_, limits) => {
    const app = await slowApp();
    const edge = await edgeOf(limited(1, app.port), { ...limits, holdMs: 200 });
    const first = edge.get('/0');
    await edge.inHand(1);
    const second = edge.get('/1');
    await edge.inHand(2);
    for (const answer of [await edge.get('/2'), await second]) {
      expect([answer.status, answer.headers['berth-error']]).toEqual([503, 'app_busy']);
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    }
    app.answer();
    expect((await first).status).toBe(200);
    expect(app.seen).toEqual(['/0']);
  });

  it('leave the queue with their visitor, and the next one has the place', async () => {
    const app = await slowApp();
    const edge = await edgeOf(limited(1, app.port));
    const first = edge.get('/0');
    await edge.inHand(1);
    const leave = new AbortController();
    const left = edge.get('/1', leave.signal).catch(() => 'left');
    await edge.inHand(2);
    const last = edge.get('/2');
    await edge.inHand(3);
    leave.abort();
    expect(await left).toBe('left');
    await edge.inHand(2);
    app.answer();
    await waitFor('the last', () => app.held.length === 1, { timeoutMs: 2_000, everyMs: 5 });
    app.answer();
    expect((await Promise.all([first, last])).map(({ status }) => status)).toEqual([200, 200]);
    expect(app.seen).toEqual(['/0', '/2']);
  });

  it('wait for a place, and not for the instance that takes no connection', async () => {
    const app = await slowApp();
    const gone = await freePort();
    const edge = await edgeOf(limited(1, app.port), { unreachableMs: 150, redialMs: 10 });
    const first = edge.get('/0');
    await edge.inHand(1);
    edge.apply(limited(1, app.port, gone));
    const second = edge.get('/1');
    await edge.inHand(2);
    // Longer than an unreachable app would be tried.
    const since = Date.now();
    await waitFor('a while', () => Date.now() - since > 300, { timeoutMs: 2_000 });
    app.answer();
    await waitFor('the second', () => app.held.length === 1, { timeoutMs: 2_000, everyMs: 5 });
    app.answer();
    expect((await Promise.all([first, second])).map(({ status }) => status)).toEqual([200, 200]);
  });
});

describe('demand', () => {
  it('is the time of all that was in hand, added up', () => {
    const demand = new Demand();
    const leave = [demand.enter('a', 0), demand.enter('a', 1_000)];
    expect(demand.stats(2_000)).toEqual({ a: { now: 2, seconds: 3 } });
    leave[0]?.(3_000);
    leave[1]?.(4_000);
    expect(demand.stats(9_000)).toEqual({ a: { now: 0, seconds: 6 } });
  });

  it('is told until nothing was in hand for a minute, and begins again at nothing', () => {
    const demand = new Demand();
    const leave = demand.enter('a', 0);
    expect(demand.stats(3_600_000)).toEqual({ a: { now: 1, seconds: 3_600 } });
    leave(3_600_000);
    expect(demand.stats(3_660_000)).toEqual({ a: { now: 0, seconds: 3_600 } });
    expect(demand.stats(3_660_001)).toEqual({});
    demand.enter('a', 3_670_000);
    expect(demand.stats(3_671_000)).toEqual({ a: { now: 1, seconds: 1 } });
  });
});
