import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { label } from '#libs/engine/port.js';
import { addInstance } from '#libs/store/instances.js';
import { commands, testImage, TestHost } from '../it-support.js';

const patience = { timeoutMs: 60_000, everyMs: 100 };

let host: TestHost;
beforeAll(async () => {
  host = await TestHost.open();
});
afterAll(() => host.close());

/** A container as the pool makes them, of which no pool knows: its runtime was killed. */
async function left() {
  const context = host.runtime.context ?? expect.fail('no host');
  const id = randomUUID();
  const { id: containerId } = await host.engine.create({
    name: `berth-${host.berthId}-warm-${id.slice(-8)}`,
    image: `${context.env.BERTH_REGISTRY}/${testImage}`,
    command: [...commands.silent],
    env: {},
    labels: { [label.id]: host.berthId, [label.kind]: 'warm', [label.instance]: id },
    limits: { memoryMb: 64, cpus: 1, pids: 64 },
    graceSeconds: 1,
  });
  await host.engine.start(containerId);
  return { id, containerId };
}

describe('what a warm pool leaves behind when its runtime is killed', () => {
  it('is removed while it waits for nobody', async () => {
    const warm = await left();
    await waitFor('its end', async () => (await host.engine.inspect(warm.containerId)) === null, patience);
  });

  it('is replaced by a container of the app’s own when it was given and not handed over', async () => {
    const app = await host.app();
    const { fence, networks } = host.runtime.context ?? expect.fail('no host');
    const network = await networks.ensure(app.teamId);
    await host.runtime.stop();
    const warm = await left();
    const { id, releaseId } = await host.deploy(app.appId, commands.serve);
    const { address } = await addInstance(host.db, fence, {
      ...{ id: warm.id, containerId: warm.containerId, networkId: network.id },
      ...{ appId: app.appId, releaseId, deploymentId: id, process: 'web', port: 8080 },
    });
    await host.engine.join(warm.containerId, { network: network.name, address: address ?? '' });
    await host.boot();
    expect((await host.ended(id)).status).toBe('live');
    const [instance] = await host.instances(app.appId);
    expect(instance).toMatchObject({ id: warm.id, address, status: 'ready' });
    expect(instance?.containerId).not.toBe(warm.containerId);
    expect(await host.engine.inspect(warm.containerId)).toBeNull();
  });
});
