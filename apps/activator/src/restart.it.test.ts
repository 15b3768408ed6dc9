import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { ended, spawnActivator } from '../test/process.js';
import { echoAs, startLoad } from '../test/load.js';
import { ask, raw, Rig, serving } from '../test/rig.js';
import { askControl } from '#apps/activator/src/control-client.js';

const rig = new Rig();
afterEach(() => rig.end());

async function started(settings: Awaited<ReturnType<Rig['settings']>>) {
  const child = await spawnActivator(settings);
  rig.onEnd(async () => {
    child.kill('SIGKILL');
    await ended(child);
  });
  return child;
}

async function dial(port: number, { to, from }: { to: string; from: string }): Promise<boolean> {
  const socket = connect({ host: to, port, localAddress: from });
  await once(socket, 'connect');
  socket.destroy();
  return true;
}

describe('the activator’s own restart', () => {
  it('loses no request when a new process starts beside the old one and the old one is then asked to end', async () => {
    const app = await rig.app(echoAs('app'));
    const settings = await rig.settings();
    let current = await started(settings);
    const team = { gateway: '127.77.6.1', subnet: '127.77.6.0/24', apps: { a: 'a.apps.localhost' } };
    const table = rig.table({ 'a.apps.localhost': serving('a', app.port) });
    await rig.putTable(settings, { ...table, gates: [team] });
    const way = { to: team.gateway, from: '127.77.6.9' };
    await waitFor('the gate', () => dial(settings.port, way), { timeoutMs: 5_000 });
    const clients = startLoad(settings.port, 'a.apps.localhost', 5);
    const mates = startLoad(settings.port, 'a.internal', 5, way);
    for (let round = 0; round < 5; round += 1) {
      const before = [clients.answered(), mates.answered()] as const;
      await waitFor(
        'load',
        () => clients.answered() > before[0] + 150 && mates.answered() > before[1] + 150,
        { timeoutMs: 10_000 },
      );
      const next = await started(settings);
      current.kill('SIGTERM');
      await ended(current);
      current = next;
    }
    await Promise.all([clients.stop(), mates.stop()]);
    expect([...clients.failures, ...mates.failures]).toEqual([]);
    expect(Math.min(clients.answered(), mates.answered())).toBeGreaterThan(750);
  });

  it('while two processes live, a table reaches both and the counters are of both', async () => {
    const app = await rig.app((_incoming, response) => response.write('held'));
    const settings = await rig.settings();
    const old = await started(settings);
    await rig.putTable(settings, rig.table({ 'a.apps.localhost': serving('a', app.port) }));
    const open = await raw(settings.port);
    open.socket.write('GET / HTTP/1.1\r\nHost: a.apps.localhost\r\n\r\n');
    await waitFor('an answer under way', () => open.seen().includes('held'), { timeoutMs: 3_000 });

    await started(settings);
    old.kill('SIGTERM');
    const oldSocket = join(settings.runDir, `activator-${old.pid}.sock`);
    await waitFor(
      'the old one to drain',
      async () => {
        const health = await askControl(oldSocket, { method: 'GET', path: '/healthz' }, 1_000);
        return (health.body as { draining: boolean }).draining;
      },
      { timeoutMs: 3_000 },
    );
    const table = rig.table({});
    expect((await rig.putTable(settings, table)).status).toBe(200);
    expect((await askControl(oldSocket, { method: 'GET', path: '/table' }, 1_000)).body).toEqual(table);
    const stats = await askControl(
      join(settings.runDir, 'activator.sock'),
      { method: 'GET', path: '/stats' },
      1_000,
    );
    expect(stats.body).toMatchObject({ instances: { [`a-${app.port}`]: { inFlight: 1 } } });
    open.socket.destroy();
    await ended(old);
  });

  it('a process that is killed comes back alone, with the routes it had', async () => {
    const app = await rig.app((_incoming, response) => response.end('app'));
    const settings = await rig.settings();
    const first = await started(settings);
    const table = rig.table({ 'a.apps.localhost': serving('a', app.port) });
    await rig.putTable(settings, table);
    first.kill('SIGKILL');
    await ended(first);
    await started(settings);
    expect((await ask(settings.port)).text).toBe('app');
    expect((await rig.putTable(settings, { ...table, generation: 0 })).status).toBe(409);
  });

  it('a process that stands still is noticed: the table’s sender is told to send it again', async () => {
    const settings = await rig.settings();
    const old = await started(settings);
    await started(settings);
    old.kill('SIGSTOP');
    const table = rig.table({});
    expect(await rig.putTable(settings, table)).toMatchObject({
      status: 503,
      body: { code: 'sibling_silent' },
    });
    old.kill('SIGKILL');
    await ended(old);
    expect((await rig.putTable(settings, table)).status).toBe(200);
  });
});
