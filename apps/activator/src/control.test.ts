import { readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { askControl } from '#apps/activator/src/control-client.js';
import { addStats } from '#apps/activator/src/control-server.js';
import { KeptSockets } from '#libs/config/kept-sockets.js';
import { isOlder, LiveTable } from '#apps/activator/src/live-table.js';
import { ask, inState, Rig, serving } from '../test/rig.js';
import type { Settings } from '#apps/activator/src/settings.js';

const rig = new Rig();
afterEach(() => rig.end());

const get = async (settings: Settings, path: string) =>
  askControl(join(settings.runDir, 'activator.sock'), { method: 'GET', path }, 2_000);

describe('the control socket', () => {
  it('puts a table in force at once, keeps it in a file and tells its version', async () => {
    const { activator, settings } = await rig.activator();
    const app = await rig.app((_incoming, response) => response.end('app'));
    const table = rig.table({ 'a.apps.localhost': serving('a', app.port) });
    const ack = await rig.putTable(settings, table);
    expect(ack).toEqual({ status: 200, body: { epoch: table.epoch, generation: table.generation } });
    expect((await ask(activator.port)).text).toBe('app');
    expect(JSON.parse(await readFile(join(settings.home, 'edge', 'table.json'), 'utf8'))).toEqual(table);
    expect((await get(settings, '/table')).body).toEqual(table);
    expect((await get(settings, '/healthz')).body).toMatchObject({
      ok: true,
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      pid: process.pid,
      draining: false,
    });
    expect((await get(settings, '/stats')).body).toMatchObject({
      generation: table.generation,
      instances: { [`a-${app.port}`]: { requests: 1 } },
    });
  });

  it('says that all is well only once it takes visitors: until then the process before must go on', async () => {
    const sockets = new KeptSockets();
    const { listen } = sockets;
    const allowed = Promise.withResolvers<void>();
    sockets.listen = async (...place) => {
      await allowed.promise;
      await listen.apply(sockets, place);
    };
    const settings = await rig.settings();
    const own = join(settings.runDir, `activator-${process.pid}.sock`);
    const health = async () =>
      (await askControl(own, { method: 'GET', path: '/healthz' }, 2_000).catch(() => null))?.status;
    const starting = rig.activator({}, settings, sockets);
    await expect.poll(health).toBe(503);
    allowed.resolve();
    await starting;
    expect(await health()).toBe(200);
  });

  it('refuses an older table with 409 and what is in force, and takes the same one twice', async () => {
    const { settings } = await rig.activator();
    const newer = { epoch: 2, generation: 1, hosts: {} };
    expect((await rig.putTable(settings, newer)).status).toBe(200);
    expect((await rig.putTable(settings, newer)).status).toBe(200);
    expect(await rig.putTable(settings, { epoch: 1, generation: 99, hosts: {} })).toEqual({
      status: 409,
      body: { epoch: 2, generation: 1 },
    });
  });

  it('refuses what is no table and changes nothing', async () => {
    const { activator, settings } = await rig.activator({ tableBytes: 2_000 });
    activator.edge.apply(rig.table({ 'a.apps.localhost': inState('a', 'no-release') }));
    const before = activator.edge.table;
    const socket = join(settings.runDir, 'activator.sock');
    for (const body of [
      {},
      { epoch: 9, generation: 9, hosts: { x: { state: 'dancing' } } },
      { epoch: 9, generation: 9, hosts: { ['x'.repeat(3_000)]: 1 } },
    ]) {
      const answer = await askControl(socket, { method: 'PUT', path: '/table', body }, 2_000);
      expect(answer).toMatchObject({ status: 400, body: { code: 'bad_table' } });
    }
    expect(activator.edge.table).toEqual(before);
  });

  it('is for its own user only', async () => {
    const { settings } = await rig.activator();
    expect((await stat(join(settings.runDir, `activator-${process.pid}.sock`))).mode & 0o777).toBe(0o600);
  });

  it('starts with an empty table when the file is torn, instead of not at all', async () => {
    const { settings } = await rig.activator();
    await rig.putTable(settings, rig.table({}));
    await writeFile(join(settings.home, 'edge', 'table.json'), '{"epoch":1,"gener');
    await rig.end();
    const { activator } = await rig.activator();
    expect((await ask(activator.port)).status).toBe(404);
  });

  it('refuses to share its port with a stranger', async () => {
    const settings = await rig.settings();
    const stranger = createServer();
    stranger.listen({ port: settings.port, host: '127.0.0.1', reusePort: true });
    await once(stranger, 'listening');
    rig.onEnd(() => stranger.close());
    await expect(rig.activator({}, settings)).rejects.toThrow(/EADDRINUSE/);
  });
});

describe('the order of tables', () => {
  const version = fc.record({ epoch: fc.nat(5), generation: fc.nat(5) });

  it('is total: of two versions exactly one is older, or they are the same', () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        const same = a.epoch === b.epoch && a.generation === b.generation;
        expect([isOlder(a, b), isOlder(b, a), same].filter(Boolean).length).toBe(1);
      }),
    );
  });

  it('in whatever order tables arrive, the newest one is in force at the end', () => {
    fc.assert(
      fc.property(fc.array(version, { minLength: 1 }), (versions) => {
        const table = new LiveTable();
        for (const each of versions) table.apply({ ...each, hosts: {} });
        expect(versions.some((each) => isOlder(table.version, each))).toBe(false);
      }),
    );
  });
});

describe('counters of two processes', () => {
  it('add up, and instances known to one only are kept', () => {
    const one = { appId: 'a', inFlight: 1, idle: 1, requests: 2, errors: 0, buckets: [1, 2] };
    const total = { epoch: 1, generation: 1, instances: { x: { ...one, buckets: [...one.buckets] } } };
    addStats(total, { epoch: 1, generation: 1, instances: { x: one, y: one } });
    expect(total.instances).toEqual({
      x: { appId: 'a', inFlight: 2, idle: 2, requests: 4, errors: 0, buckets: [2, 4] },
      y: one,
    });
  });
});
