import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DirectRoutes } from './direct-routes.js';
import { DynamicDirectory } from './dynamic-directory.js';
import { readRouteCounters } from './metrics.js';
import { stickyKey } from './names.js';
import { platformFileName, renderPlatform } from './platform-file.js';
import { startTraefik, type RealTraefik } from './test/real-traefik.js';

let traefik: RealTraefik;
const servers: { port: number; end: () => void }[] = [];

beforeAll(async () => {
  traefik = await startTraefik();
  const platform = {
    domain: 'berth.localhost',
    apiPort: 1,
    activatorPort: 2,
    entryPoints: ['web'],
  };
  await new DynamicDirectory(traefik.dynamic).write(platformFileName, renderPlatform(platform));
  for (const name of ['one', 'two']) {
    const server = createServer((_incoming, response) => response.end(name));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    servers.push({ port: (server.address() as AddressInfo).port, end: () => server.close() });
  }
});
afterAll(async () => {
  for (const server of servers) server.end();
  await traefik.end();
});

const routes = (
  epoch: number,
  options: Partial<{ api: string; timeoutMs: number; directory: string }> = {},
) =>
  new DirectRoutes({
    directory: traefik.dynamic,
    api: traefik.api,
    entryPoints: ['web'],
    epoch,
    timeoutMs: 5_000,
    ...options,
  });

const to = (appId: string, ...ports: (number | undefined)[]) => ({
  appId,
  hosts: [`${appId}.apps.localhost`],
  instances: ports.map((port) => ({ address: '127.0.0.1', port: port ?? 0 })),
});

async function visit(appId: string): Promise<string> {
  return (await answerOf(appId)).body;
}

async function answerOf(
  appId: string,
  headers: Record<string, string> = {},
): Promise<{ body: string; cookie: string | undefined }> {
  const outgoing = request({
    host: '127.0.0.1',
    port: traefik.port,
    agent: false,
    headers: { Host: `${appId}.apps.localhost`, ...headers },
  });
  outgoing.end();
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return { body: Buffer.concat(chunks).toString(), cookie: response.headers['set-cookie']?.[0] };
}

describe('direct routes', () => {
  it('are in force when publish resolves, and gone when remove resolves', async () => {
    const [one, two] = servers.map((server) => server.port);
    const direct = routes(1);
    expect(direct.isRouted('127.0.0.1', 1)).toBe(true);
    expect(await direct.adopt()).toEqual([]);
    expect(direct.isRouted('127.0.0.1', one ?? 0)).toBe(false);

    await direct.publish(to('a', one));
    expect(await visit('a')).toBe('one');
    expect(direct.isRouted('127.0.0.1', one ?? 0)).toBe(true);
    await direct.publish(to('a', two));
    expect(await visit('a')).toBe('two');
    expect(direct.isRouted('127.0.0.1', one ?? 0)).toBe(false);
    await direct.remove('a');
    expect(await visit('a')).toBe('Bad Gateway');
    expect([direct.apps(), direct.isRouted('127.0.0.1', two ?? 0)]).toEqual([[], false]);
  });

  it('share requests out exactly, keep visitors by the same cookie as the activator, and are counted by release', async () => {
    const [one, two] = servers.map((server) => server.port);
    const direct = routes(5);
    await direct.adopt();
    const instance = (port: number | undefined) => [{ address: '127.0.0.1', port: port ?? 0 }];
    const parts = [
      { release: 12, weight: 90, instances: instance(one) },
      { release: 13, weight: 10, instances: instance(two) },
    ];
    await direct.publish({ ...to('s', one, two), split: { cookie: 'berth-split', parts } });
    const seen: string[] = [];
    for (let request = 0; request < 100; request += 1) seen.push(await visit('s'));
    expect(seen.filter((body) => body === 'two')).toHaveLength(10);
    const cookie = `berth-split=${stickyKey('s', 13)}`;
    for (let request = 0; request < 5; request += 1)
      expect((await answerOf('s', { cookie })).body).toBe('two');
    const { body, cookie: set } = await answerOf('s');
    expect(set).toContain(`berth-split=${stickyKey('s', body === 'one' ? 12 : 13)}; Path=/; HttpOnly`);
    const counters = (await readRouteCounters(traefik.api)).get('s');
    expect(counters?.requests).toBe(106);
    expect(counters?.releases?.get(13)?.requests).toBeGreaterThanOrEqual(15);

    const later = routes(6);
    await later.adopt();
    expect(later.isRouted('127.0.0.1', two ?? 0)).toBe(true);
    await later.remove('s');
    expect(await visit('s')).toBe('Bad Gateway');
  });

  it('of an app whose answers must begin in time give one up that does not', async () => {
    const silent = createServer(() => undefined);
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const direct = routes(1);
    await direct.adopt();
    await direct.publish({ ...to('slow', (silent.address() as AddressInfo).port), requestSeconds: 1 });
    expect(await visit('slow')).toBe('Gateway Timeout');
    await direct.publish(to('slow', servers[0]?.port));
    expect(await visit('slow')).toBe('one');
    await direct.remove('slow');
    silent.closeAllConnections();
    silent.close();
  });

  it('of an earlier runtime are known to the next one, which can change and remove them', async () => {
    const [one, two] = servers.map((server) => server.port);
    const earlier = routes(2);
    await earlier.adopt();
    await earlier.publish(to('b', one));
    await earlier.publish(to('c', one));

    const later = routes(3);
    expect((await later.adopt()).sort()).toEqual(['b', 'c']);
    expect(later.isRouted('127.0.0.1', one ?? 0)).toBe(true);
    await later.publish(to('b', two));
    await later.remove('c');
    expect(later.isRouted('127.0.0.1', one ?? 0)).toBe(false);
    expect(await visit('b')).toBe('two');
    await later.remove('b');
  });

  it('count the instances of before and of now as routed when Traefik does not confirm', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'berth-unwatched-'));
    const unwatched = routes(4, { directory, timeoutMs: 60 });
    await unwatched.adopt();
    await expect(unwatched.publish(to('d', 7001))).rejects.toMatchObject({ code: 'route_unconfirmed' });
    await expect(unwatched.publish(to('d', 7002))).rejects.toMatchObject({ code: 'route_unconfirmed' });
    expect([7001, 7002, 7003].map((port) => unwatched.isRouted('127.0.0.1', port))).toEqual([
      true,
      true,
      false,
    ]);
    await rm(directory, { recursive: true });
  });

  it('whose file nobody can read are removed before anything is decided', async () => {
    await writeFile(join(traefik.dynamic, 'app-torn.yml'), '{"http":');
    const direct = routes(5);
    expect(await direct.adopt()).toEqual([]);
    expect(await new DynamicDirectory(traefik.dynamic).list()).toEqual([platformFileName]);
  });

  it('asked for at the same time are made one after the other: the last one stays', async () => {
    const [one, two] = servers.map((server) => server.port);
    const direct = routes(6);
    await direct.adopt();
    await Promise.all([direct.publish(to('e', one)), direct.remove('e'), direct.publish(to('e', two))]);
    expect(await visit('e')).toBe('two');
    await direct.remove('e');
  });
});
