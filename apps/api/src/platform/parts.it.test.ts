import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Env } from '#libs/config/env.js';
import { partsOf } from './parts.js';

let edge: Server;
let edgePort: number;
beforeAll(async () => {
  edge = createServer((_, response) => response.end('{"Version":"3.7.15","Codename":"x"}'));
  await new Promise<void>((resolve) => edge.listen(0, '127.0.0.1', resolve));
  edgePort = (edge.address() as AddressInfo).port;
});
afterAll(() => void edge.close());

const env = (changed: Partial<Env> = {}) =>
  ({
    ...{ REDIS_URL: process.env.REDIS_URL, BERTH_REGISTRY: process.env.BERTH_REGISTRY, BERTH_ID: 'nobody' },
    ...{ BERTH_TRAEFIK_PORT: edgePort, BERTH_ACTIVATOR_PORT: edgePort, BERTH_RUN_DIR: '/nowhere' },
    ...changed,
  }) as Env;
const named = async (changed?: Partial<Env>) =>
  new Map((await partsOf(env(changed))).map((part) => [part.name, part]));

describe('the parts of the platform', () => {
  it('say whether they answer, and their versions', async () => {
    const parts = await named();
    expect(parts.get('redis')).toMatchObject({ ok: true, version: expect.stringMatching(/^\d+\.\d+/) });
    expect(parts.get('registry')).toMatchObject({ ok: true, version: 'registry/2.0' });
    expect(parts.get('edge')).toMatchObject({ ok: true, version: '3.7.15' });
    expect(parts.get('runtime')).toMatchObject({ ok: false, version: null });
  });

  it('show that no builder is at work, and a Redis that lets nobody in', async () => {
    expect((await named()).get('builder')).toMatchObject({
      ok: false,
      detail: 'No builder waits at the queue.',
    });
    const wrong = new URL(process.env.REDIS_URL ?? '');
    wrong.password = 'wrong';
    expect((await named({ REDIS_URL: wrong.href })).get('redis')).toMatchObject({ ok: false });
    const away = await named({ REDIS_URL: 'redis://127.0.0.1:1' });
    expect(away.get('redis')).toMatchObject({ ok: false, detail: expect.stringContaining('ECONNREFUSED') });
  });
});
