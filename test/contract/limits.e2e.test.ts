import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { api, visit, visitJson } from '../support/berth.js';
import {
  app,
  appView,
  bothReady,
  bring,
  contractApp,
  host,
  instances,
  scaleToTwo,
  tiers,
} from '../support/contract-app.js';

beforeAll(contractApp);
afterAll(() =>
  api('patch', `/v1/apps/${app}`).send({
    scale: { web: 1 },
    limits: { requestSeconds: null, bodyBytes: null },
  }),
);

const soon = { timeoutMs: 60_000, everyMs: 100 };

describe.each(tiers)('an app that was %s', (tier) => {
  it('sees its limits of memory, CPU and processes, and cannot start more of these', async () => {
    await bring(tier);
    const { limits } = await appView();
    expect(await visitJson(host, '/limits')).toMatchObject({
      memory: String(limits.memoryMb << 20),
      cpu: limits.cpus,
      pids: String(limits.pids),
    });
    const { started, error } = await visitJson<{ started: number; error: string }>(host, '/forks');
    expect(error).toBe('EAGAIN');
    expect(started).toBeLessThan(limits.pids);
    expect(await visitJson(host)).toMatchObject({ app });
  });
});

/** Id of the newest event that tells of a process that was ended for its memory. */
async function newestSurvived(): Promise<string | undefined> {
  const { body } = await api('get', `/v1/events?app=${app}&limit=100`).expect(200);
  return body.items.find(({ kind }: { kind: string }) => kind === 'instance.out_of_memory')?.id;
}

describe.each(tiers)('of an app that was %s', (tier) => {
  it('an instance that uses more memory than it may ends, with the reason told; the others go on', async () => {
    const before = new Map((await scaleToTwo()).map(({ id, restarts }) => [id, restarts]));
    await bring(tier);
    // Not by GET: that may be sent to the other one when the first gives no answer.
    await visit(host, '/hog', { method: 'POST' }).catch(() => null);
    const ended = await waitFor(
      'its end',
      async () => (await instances()).find(({ id, restarts }) => restarts > (before.get(id) ?? 0)),
      soon,
    );
    expect(ended.reason).toMatch(/used more than its 512 MiB of memory/);
    await waitFor('the other one to answer', async () => (await visit(host)).status === 200, soon);
    const other = (await bothReady()).find(({ id }) => id !== ended.id);
    expect(other?.restarts).toBe(before.get(other?.id ?? '') ?? 0);
  });

  it('a process that uses too much memory ends, and it is told though its instance goes on', async () => {
    await bring(tier);
    const before = await newestSurvived();
    const died = await visit(host, '/hog-child', { method: 'POST' });
    expect(died.status).toBe(200);
    const { signal, instance } = JSON.parse(died.body) as { signal: string; instance: string };
    expect(signal).toBe('SIGKILL');
    await waitFor('it to be told', async () => (await newestSurvived()) !== before, soon);
    expect((await instances()).find(({ id }) => id === instance)).toMatchObject({
      status: 'ready',
      reason: expect.stringContaining('more memory'),
    });
  });
});

describe('an instance that wants more CPU than it may use', () => {
  const limitTo = async (cpus: number) => {
    await api('patch', `/v1/apps/${app}`).send({ limits: { cpus } }).expect(200);
    await waitFor(
      'its release',
      async () =>
        (await visitJson<{ cpu: number }>(host, '/limits')).cpu === cpus &&
        (await instances()).every(({ status }) => status === 'ready'),
      soon,
    );
  };

  it('is held back, and its owner sees that and why', async () => {
    await bring('running');
    const { cpus } = (await appView()).limits;
    await limitTo(0.1);
    try {
      expect((await visit(host, '/burn', { method: 'POST' })).status).toBe(200);
      const told = await waitFor(
        'the reason',
        async () => (await instances()).find(({ reason }) => /CPU limit/.test(reason ?? '')),
        soon,
      );
      expect(told.reason).toMatch(/^Its CPU limit of 0\.1 holds it back \d+ % of the time\.$/);
      expect(told.status).toBe('ready');
      const { body } = await api('get', `/v1/apps/${app}/metrics/series`).expect(200);
      const shares = (body.points as { throttled: number }[]).map(({ throttled }) => throttled);
      expect(Math.max(...shares)).toBeGreaterThanOrEqual(0.25);
    } finally {
      await limitTo(cpus);
    }
  });
});

describe.each(tiers)('a request of an app that was %s', (tier) => {
  it('is refused with a body that is too large, and given up when no answer comes in time', async () => {
    const limits = { requestSeconds: 1, bodyBytes: 100_000 };
    await api('patch', `/v1/apps/${app}`).send({ limits }).expect(200);
    await bring(tier);
    const post = (bytes: number) => visit(host, '/upload', { method: 'POST', body: 'x'.repeat(bytes) });
    // The edge has heard of the change a moment after the api.
    await expect.poll(async () => (await post(100_001)).status, { timeout: 20_000 }).toBe(413);
    expect((await post(100_000)).status).toBe(200);
    expect((await visit(host, '/never', { method: 'POST' })).status).toBe(504);
    await api('patch', `/v1/apps/${app}`)
      .send({ limits: { requestSeconds: 0, bodyBytes: 0 } })
      .expect(200);
    await expect.poll(async () => (await post(100_001)).status).toBe(200);
  });
});
