import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { label } from '#libs/engine/port.js';
import { leaseAhead } from '#libs/store/networks.js';
import { commands, testImage, TestHost } from '../it-support.js';

const patience = { timeoutMs: 60_000, everyMs: 100 };

let host: TestHost;
beforeAll(async () => {
  host = await TestHost.open();
});
afterAll(() => host.close());

/** A container as the pool makes them, of which no pool knows: its runtime was killed. */
async function left(teamId: string) {
  const context = host.runtime.context ?? expect.fail('no host');
  const network = await context.networks.ensure(teamId);
  const id = randomUUID();
  const address = await leaseAhead(host.db, context.fence, { networkId: network.id, instanceId: id });
  const { id: containerId } = await host.engine.create({
    name: `berth-${host.berthId}-warm-${id.slice(-8)}`,
    image: `${context.env.BERTH_REGISTRY}/${testImage}`,
    command: [...commands.silent],
    env: {},
    labels: { [label.id]: host.berthId, [label.kind]: 'warm', [label.team]: teamId, [label.instance]: id },
    network: network.name,
    address,
    limits: { memoryMb: 64, cpus: 1, pids: 64 },
    graceSeconds: 1,
  });
  await host.engine.start(containerId);
  return { id, address, containerId };
}

const isHeld = async (instanceId: string): Promise<boolean> =>
  (await host.db.addressLease.count({ where: { instanceId, releasedAt: null } })) > 0;

describe('what a warm pool leaves behind when its runtime is killed', () => {
  it('is removed while it waits for nobody, and its address is free', async () => {
    const app = await host.app();
    const warm = await left(app.teamId);
    await waitFor('its end', async () => (await host.engine.inspect(warm.containerId)) === null, patience);
    await waitFor('its address', async () => !(await isHeld(warm.id)), patience);
  });

  it('is replaced by a container of the app’s own when it was given and not handed over', async () => {
    const app = await host.app();
    await host.runtime.stop();
    const warm = await left(app.teamId);
    const { id, releaseId } = await host.deploy(app.appId, commands.serve);
    const { hostId } = host.runtime.context?.fence ?? expect.fail('no host');
    await host.db.instance.create({
      data: {
        id: warm.id,
        appId: app.appId,
        releaseId,
        deploymentId: id,
        hostId,
        process: 'web',
        status: 'creating',
        port: 8080,
        address: warm.address,
        containerId: warm.containerId,
      },
    });
    await host.boot();
    expect((await host.ended(id)).status).toBe('live');
    const [instance] = await host.instances(app.appId);
    expect(instance).toMatchObject({ id: warm.id, address: warm.address, status: 'ready' });
    expect(instance?.containerId).not.toBe(warm.containerId);
    expect(await host.engine.inspect(warm.containerId)).toBeNull();
  });
});
