import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { api, visit, visitJson } from '../support/berth.js';
import { app, appView, bring, contractApp, host, instances, tiers } from '../support/contract-app.js';

beforeAll(contractApp);
afterAll(() => api('patch', `/v1/apps/${app}`).send({ scale: { web: 1 } }));

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

describe('an instance that uses more memory than it may', () => {
  it('ends, with the reason told; the others go on', async () => {
    await api('patch', `/v1/apps/${app}`)
      .send({ scale: { web: 2 } })
      .expect(200);
    await bring('running');
    const both = await waitFor(
      'two instances',
      async () => {
        const web = await instances();
        return web.length === 2 && web.every(({ status }) => status === 'ready') && web;
      },
      soon,
    );
    // Not by GET: that may be sent to the other one when the first gives no answer.
    await visit(host, '/hog', { method: 'POST' }).catch(() => null);
    const ended = await waitFor(
      'the reason',
      async () => (await instances()).find(({ reason }) => /memory/.test(reason ?? '')),
      soon,
    );
    expect(ended.reason).toMatch(/used more than its 512 MB of memory/);
    const other = both.find(({ id }) => id !== ended.id);
    await waitFor('the other one to answer', async () => (await visit(host)).status === 200, soon);
    expect((await instances()).find(({ id }) => id === other?.id)).toMatchObject({
      status: 'ready',
      restarts: 0,
    });
    const { body: events } = await api('get', `/v1/events?app=${app}&limit=50`);
    expect(JSON.stringify(events.items)).toMatch(/512 MB of memory/);
  });
});
