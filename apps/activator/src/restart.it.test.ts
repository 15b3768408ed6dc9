import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { ended, spawnActivator } from '../test/process.js';
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

/** Ten clients, three of ten requests a POST; kept connections as Traefik's, and new ones. */
function load(port: number) {
  let stopped = false;
  const kept = new Agent({ keepAlive: true, timeout: 4_000 });
  const failures: string[] = [];
  let answered = 0;
  const one = (index: number) =>
    new Promise<void>((resolve) => {
      const post = index % 10 < 3;
      const outgoing = request({
        host: '127.0.0.1',
        port,
        agent: index % 2 === 0 ? kept : false,
        method: post ? 'POST' : 'GET',
        headers: { Host: 'a.apps.localhost' },
      });
      outgoing.on('error', (error) => {
        failures.push(`${outgoing.method} ${outgoing.reusedSocket ? 'kept' : 'new'}: ${error.message}`);
        resolve();
      });
      outgoing.on('response', (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => {
          if (text === (post ? 'POST body' : 'GET ')) answered += 1;
          else failures.push(`${response.statusCode} ${text}`);
          resolve();
        });
      });
      outgoing.end(post ? 'body' : undefined);
    });
  const clients = Array.from({ length: 10 }, async (_, client) => {
    for (let index = client; !stopped; index += 7) await one(index);
  });
  return {
    failures,
    answered: () => answered,
    stop: async () => {
      stopped = true;
      await Promise.all(clients);
      kept.destroy();
    },
  };
}

describe('the activator’s own restart', () => {
  it('loses no request when a new process starts beside the old one and the old one is then asked to end', async () => {
    const app = await rig.app((incoming, response) => {
      let body = '';
      incoming.on('data', (chunk: Buffer) => (body += chunk.toString()));
      incoming.on('end', () => response.end(`${incoming.method} ${body}`));
    });
    const settings = await rig.settings();
    let current = await started(settings);
    await rig.putTable(settings, rig.table({ 'a.apps.localhost': serving('a', app.port) }));
    const clients = load(settings.port);
    for (let round = 0; round < 5; round += 1) {
      const before = clients.answered();
      await waitFor('load', () => clients.answered() > before + 300, { timeoutMs: 10_000 });
      const next = await started(settings);
      current.kill('SIGTERM');
      await ended(current);
      current = next;
    }
    await clients.stop();
    expect(clients.failures).toEqual([]);
    expect(clients.answered()).toBeGreaterThan(1_500);
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
