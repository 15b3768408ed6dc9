import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { api, visit } from '../support/berth.js';
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
afterAll(async () => {
  await api('patch', `/v1/apps/${app}/config`).send({ vars: { CRASH_AFTER_MS: null } });
  await api('patch', `/v1/apps/${app}`).send({ scale: { web: 1 } });
});

const soon = { timeoutMs: 60_000, everyMs: 50 };

describe.each(tiers)('an instance of an app that was %s', (tier) => {
  it('that crashes is started again, with its exit code told; the others go on', async () => {
    const before = new Map((await scaleToTwo()).map(({ id, restarts }) => [id, restarts]));
    await bring(tier);
    // Not by GET: that may be sent to the other one when the first gives no answer.
    await visit(host, '/crash', { method: 'POST' }).catch(() => null);
    const crashed = await waitFor(
      'the crash to be told',
      async () => (await instances()).find(({ id, restarts }) => restarts > (before.get(id) ?? 0)),
      soon,
    );
    expect(crashed).toMatchObject({ exitCode: 3, reason: expect.stringContaining('exit code 3') });
    await waitFor('the other one to answer', async () => (await visit(host)).status === 200, soon);
    const [again, other] = (await bothReady()).sort((a) => (a.id === crashed.id ? -1 : 1));
    expect(again?.id).toBe(crashed.id);
    expect(other?.restarts).toBe(before.get(other?.id ?? '') ?? 0);
    // What was stopped is another container; what was frozen is the same one.
    expect(before.has(other?.id ?? '')).toBe(tier !== 'stopped');
  });
});

describe('an instance that crashes', () => {
  it('again and again is left alone for a while, and the loop is seen', async () => {
    await api('patch', `/v1/apps/${app}`)
      .send({ scale: { web: 1 } })
      .expect(200);
    // Late enough for the release to go live: one that crashes before does not replace the one before.
    await api('patch', `/v1/apps/${app}/config`)
      .send({ vars: { CRASH_AFTER_MS: '1500' } })
      .expect(200);
    await waitFor(
      'a crash loop',
      async () => {
        const [one] = (await instances()).filter(({ status }) => status === 'crashed');
        return (one?.restarts ?? 0) >= 3 && one?.nextStartAt;
      },
      soon,
    );
    expect(await appView()).toMatchObject({ state: 'failing', reason: expect.stringContaining('code 9') });
    const page = await visit(host);
    expect([page.status, page.headers['berth-error']]).toEqual([503, 'app_failing']);
    expect(page.headers['retry-after']).toBeTruthy();
    // The way out is a new release, as after any fault.
    await api('patch', `/v1/apps/${app}/config`)
      .send({ vars: { CRASH: null } })
      .expect(200);
    await waitFor('it to serve again', async () => (await visit(host)).status === 200, soon);
  });
});
