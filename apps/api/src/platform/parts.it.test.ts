import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Queue, Worker } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Env } from '#libs/config/env.js';
import type { RuntimeHost } from '#libs/contracts/runtime-api.js';
import { waitFor } from '#libs/core/wait.js';
import { builderName } from '#libs/jobs/builder-name.js';
import { redisConnection } from '#libs/jobs/redis.js';
import { partsOf } from './parts.js';

let edge: Server;
let edgePort: number;
let runDir: string;
const servers: Server[] = [];

/** A server at a port or a socket that answers one thing. */
async function answering(at: number | string, body: unknown): Promise<Server> {
  const server = createServer((_, response) => response.end(JSON.stringify(body)));
  servers.push(server);
  await new Promise<void>((resolve) =>
    typeof at === 'number' ? server.listen(at, '127.0.0.1', resolve) : server.listen(at, resolve),
  );
  return server;
}

beforeAll(async () => {
  edge = await answering(0, { Version: '3.7.15', Codename: 'x' });
  edgePort = (edge.address() as AddressInfo).port;
  runDir = await mkdtemp(join(tmpdir(), 'berth-parts-'));
});
afterAll(async () => {
  for (const server of servers) server.close();
  await rm(runDir, { recursive: true, force: true });
});

const env = (changed: Partial<Env> = {}) =>
  ({
    ...{ REDIS_URL: process.env.REDIS_URL, BERTH_REGISTRY: process.env.BERTH_REGISTRY, BERTH_ID: 'nobody' },
    ...{ BERTH_TRAEFIK_PORT: edgePort, BERTH_ACTIVATOR_PORT: edgePort, BERTH_RUN_DIR: '/nowhere' },
    ...changed,
  }) as Env;
const seen = async (changed?: Partial<Env>) => {
  const { parts, warm } = await partsOf(env(changed));
  return { warm, part: (name: string) => parts.find((one) => one.name === name) };
};

describe('the parts of the platform', () => {
  it('say whether they answer, and their versions', async () => {
    const { part, warm } = await seen();
    expect(part('redis')).toMatchObject({ ok: true, version: expect.stringMatching(/^\d+\.\d+/) });
    expect(part('registry')).toMatchObject({ ok: true, version: 'registry/2.0' });
    expect(part('edge')).toMatchObject({ ok: true, version: '3.7.15' });
    expect(part('runtime')).toMatchObject({ ok: false, version: null });
    expect(warm).toBeNull();
  });

  it('each tell their own version, not that of the api', async () => {
    const host: RuntimeHost = {
      ...{ version: '0.0.2', pid: 1, epoch: 1, engineConnected: true, firewall: null, tasks: 0, warm: 3 },
      engine: null,
    };
    await answering(join(runDir, 'activator.sock'), { ok: true, version: '0.0.1' });
    const runtime = await answering(join(runDir, 'runtime.sock'), host);
    const { part, warm } = await seen({ BERTH_RUN_DIR: runDir });
    expect(part('activator')).toMatchObject({ ok: true, version: '0.0.1' });
    expect(part('runtime')).toMatchObject({ ok: true, version: '0.0.2' });
    expect(warm).toBe(3);
    runtime.removeAllListeners('request');
    runtime.on('request', (_, response) => response.end(JSON.stringify({ ...host, firewall: 'No nft.' })));
    expect((await seen({ BERTH_RUN_DIR: runDir })).part('runtime')).toMatchObject({
      ...{ ok: false, version: '0.0.2', detail: 'No nft.' },
    });
  });

  it('show the builders that wait at the queue, each with the version that it runs', async () => {
    const id = `parts-${process.pid}`;
    const options = { connection: redisConnection(process.env.REDIS_URL ?? ''), prefix: `berth-${id}` };
    const worker = new Worker('build', async () => undefined, { ...options, name: builderName('0.0.9') });
    try {
      const builder = await waitFor(
        'the builder to be seen',
        async () => {
          const found = (await seen({ BERTH_ID: id })).part('builder');
          return found?.ok && found;
        },
        { timeoutMs: 10_000 },
      );
      expect(builder).toMatchObject({ version: '0.0.9', detail: null });
    } finally {
      await worker.close();
      const queue = new Queue('build', options);
      await queue.obliterate({ force: true });
      await queue.close();
    }
  });

  it('show that no builder is at work, and a Redis that lets nobody in', async () => {
    expect((await seen()).part('builder')).toMatchObject({
      ok: false,
      detail: 'No builder waits at the queue.',
    });
    const wrong = new URL(process.env.REDIS_URL ?? '');
    wrong.password = 'wrong';
    expect((await seen({ REDIS_URL: wrong.href })).part('redis')).toMatchObject({ ok: false });
    const away = await seen({ REDIS_URL: 'redis://127.0.0.1:1' });
    expect(away.part('redis')).toMatchObject({ ok: false, detail: expect.stringContaining('ECONNREFUSED') });
  });
});
