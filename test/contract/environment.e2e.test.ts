import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { api, visitJson } from '../support/berth.js';
import { app, appView, bring, contractApp, host, instances, tiers } from '../support/contract-app.js';

beforeAll(contractApp);
afterAll(async () => {
  await api('patch', `/v1/apps/${app}/config`).send({ vars: { GREETING: null } });
});

const env = () => visitJson<Record<string, string>>(host, '/env');

describe.each(tiers)('an app that was %s', (tier) => {
  it('is told its port, its name, release, instance and process, and its config; a change of config is a new release', async () => {
    const greeting = `hello from ${tier}`;
    const before = await appView();
    await bring(tier);
    const changed = await api('patch', `/v1/apps/${app}/config`).send({ vars: { GREETING: greeting } });
    expect(changed.status, JSON.stringify(changed.body)).toBe(200);
    await expect.poll(async () => (await env())['GREETING'], { timeout: 60_000 }).toBe(greeting);
    const { liveRelease } = await appView();
    expect(liveRelease.number).toBeGreaterThan(before.liveRelease.number);
    // It is the new release that is put to this sleep.
    await bring(tier);
    const told = await env();
    const [instance] = await instances();
    expect(told).toMatchObject({
      PORT: String(instance?.port),
      BERTH_APP: app,
      BERTH_RELEASE: String(liveRelease.number),
      BERTH_INSTANCE: instance?.id,
      BERTH_PROCESS: 'web',
      GREETING: greeting,
    });
  });
});
