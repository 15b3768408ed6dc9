import { get } from 'node:http';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { urlToHttpOptions } from 'node:url';
import { z } from 'zod';
import type { Env } from '#libs/config/env.js';
import type { PlatformView } from '#libs/contracts/api/platform.js';
import { runtimeHost } from '#libs/contracts/runtime-api.js';
import { messageOf } from '#libs/core/errors.js';
import { buildersAmong } from '#libs/jobs/builder-name.js';
import { queuePrefix } from '#libs/jobs/jobs.module.js';
import { askRedis } from './ask-redis.js';

type Part = PlatformView['parts'][number];

const PATIENCE_MS = 1_000;

/** The other parts that the api can reach, as each tells of itself: do they answer, and which version are they? */
export async function partsOf(env: Env): Promise<{ parts: Part[]; warm: number | null }> {
  const [redis, registry, edge, activator, runtime] = await Promise.all([
    redisAndBuilder(env),
    part('registry', () => registryVersion(env.BERTH_REGISTRY)),
    part('edge', () => traefikVersion(env.BERTH_TRAEFIK_PORT)),
    part('activator', () => activatorVersion(env)),
    runtimeOf(env),
  ]);
  return { parts: [...redis, registry, edge, activator, runtime.part], warm: runtime.warm };
}

/** The builder listens nowhere; that it is there, and which version, shows in who waits at its queue. */
async function redisAndBuilder(env: Env): Promise<Part[]> {
  let builders: (string | null)[] = [];
  const redis = await part('redis', async () => {
    const facts = await askRedis(env.REDIS_URL, PATIENCE_MS);
    builders = buildersAmong(facts.clients, queuePrefix(env));
    return facts.version;
  });
  const versions = [...new Set(builders.filter((version) => version !== null))].sort();
  const ok = builders.length > 0;
  return [
    redis,
    {
      name: 'builder',
      ok,
      version: versions.join(', ') || null,
      detail: ok ? null : 'No builder waits at the queue.',
    },
  ];
}

/** A runtime that answers and cannot do its work says why. */
async function runtimeOf(env: Env): Promise<{ part: Part; warm: number | null }> {
  let warm: number | null = null;
  let trouble: string | null = null;
  const answered = await part('runtime', async () => {
    const { body } = await answerOf({ socketPath: join(env.BERTH_RUN_DIR, 'runtime.sock'), path: '/host' });
    const host = runtimeHost.parse(JSON.parse(body));
    warm = host.warm;
    trouble = host.engineConnected ? host.firewall : 'It has no connection to the Engine.';
    return host.version;
  });
  return { part: trouble === null ? answered : { ...answered, ok: false, detail: trouble }, warm };
}

async function part(name: string, ask: () => Promise<string | null>): Promise<Part> {
  try {
    return { name, ok: true, version: await ask(), detail: null };
  } catch (error) {
    return { name, ok: false, version: null, detail: messageOf(error) };
  }
}

/** Visitors come by its port, the runtime by its socket: both have to answer. */
async function activatorVersion(env: Env): Promise<string> {
  await reached(env.BERTH_ACTIVATOR_PORT);
  const { body } = await answerOf({
    socketPath: join(env.BERTH_RUN_DIR, 'activator.sock'),
    path: '/healthz',
  });
  return z.object({ version: z.string().max(40) }).parse(JSON.parse(body)).version;
}

function reached(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.setTimeout(PATIENCE_MS, () =>
      socket.destroy(new Error(`Did not answer within ${PATIENCE_MS} ms.`)),
    );
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}

async function traefikVersion(port: number): Promise<string | null> {
  const { body } = await answerOf(`http://127.0.0.1:${port}/api/version`);
  return /"Version":"([\w.+-]{1,40})"/i.exec(body)?.[1] ?? null;
}

/** A registry tells the version of its API alone. */
async function registryVersion(registry: string): Promise<string | null> {
  const { headers } = await answerOf(`http://${registry}/v2/`);
  const told = headers['docker-distribution-api-version'];
  return typeof told === 'string' ? told.slice(0, 40) : null;
}

function answerOf(
  to: string | { socketPath: string; path: string },
): Promise<{ headers: NodeJS.Dict<string | string[]>; body: string }> {
  return new Promise((resolve, reject) => {
    const place = typeof to === 'string' ? urlToHttpOptions(new URL(to)) : to;
    const how = { ...place, signal: AbortSignal.timeout(PATIENCE_MS), agent: false as const };
    const asking = get(how, (answer) => {
      let body = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        body += chunk;
        if (body.length > 64 * 1024) answer.destroy(new Error('Its answer has no end.'));
      });
      answer.on('end', () => resolve({ headers: answer.headers, body }));
      answer.on('error', reject);
    });
    asking.on('error', reject);
  });
}
