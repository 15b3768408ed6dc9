import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { autoscaleRules } from '#libs/core/autoscale.js';
import { waitFor } from '#libs/core/wait.js';
import { changeSettings } from '#libs/store/app-settings.js';
import { tester } from '../../../../test/support/database.js';
import { commands, TestHost } from '../it-support.js';

let host: TestHost;
beforeAll(async () => {
  // Windows of seconds, so that the test takes no minutes; everything else is as it always is.
  host = await TestHost.open({
    autoscaleRules: { ...autoscaleRules, stableMs: 6_000, panicMs: 4_000, scaleDownDelayMs: 2_000 },
  });
});
afterAll(() => host.close());

describe('an app that scales with load', () => {
  it('has one instance, three under load, and one again, and keeps the oldest', async () => {
    const { appId, host: name } = await host.app({ autoscale: { max: 3, concurrency: 2 } });
    await host.ended((await host.deploy(appId, commands.serve)).id);
    const [first] = await host.settled(appId, 1);
    expect(host.edge.target(name)).toMatchObject({ concurrency: 2 });

    host.edge.setDemand(appId, 6);
    const three = await host.settled(appId, 3);
    await waitFor('routes to all three', () => host.edge.target(name)?.instances.length === 3, {
      timeoutMs: 10_000,
    });
    expect(three.map(({ id }) => id)).toContain(first?.id);

    host.edge.setDemand(appId, 0);
    expect((await host.settled(appId, 1)).map(({ id }) => id)).toEqual([first?.id]);
    expect(host.edge.target(name)?.instances).toHaveLength(1);
    const events = await host.db.event.findMany({
      where: { appId, kind: 'app.autoscaled' },
      orderBy: { id: 'asc' },
    });
    // By way of two, perhaps: that depends on when it was looked at.
    const numbers = events.map(({ data }) => (data as { to: number }).to);
    expect(events.at(0)?.data).toMatchObject({ from: 1 });
    expect([Math.max(...numbers), numbers.at(-1)]).toEqual([3, 1]);
  }, 120_000);

  it('keeps a number that its owner fixes, whatever the load', async () => {
    const { appId } = await host.app({ autoscale: { max: 3, concurrency: 2 } });
    await host.ended((await host.deploy(appId, commands.serve)).id);
    host.edge.setDemand(appId, 6);
    await host.settled(appId, 3);
    await changeSettings(host.db, appId, { scale: { web: 2 } }, tester);
    host.runtime.look(appId);
    await host.settled(appId, 2);
    await changeSettings(host.db, appId, { autoscale: { enabled: null } }, tester);
    host.runtime.look(appId);
    await host.settled(appId, 3);
  }, 120_000);
});
