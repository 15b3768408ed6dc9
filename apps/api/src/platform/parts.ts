import { get } from 'node:http';
import { createConnection, type NetConnectOpts } from 'node:net';
import { join } from 'node:path';
import type { Env } from '#libs/config/env.js';
import type { PlatformView } from '#libs/contracts/api/platform.js';
import { messageOf } from '#libs/core/errors.js';
import { queuePrefix } from '#libs/jobs/jobs.module.js';
import { version as berthVersion } from '../version.js';
import { askRedis } from './ask-redis.js';

type Part = PlatformView['parts'][number];

const PATIENCE_MS = 1_000;
/** BullMQ's name of a worker's connection is its prefix and the queue in base64. */
const buildQueue = Buffer.from('build').toString('base64');

/** The other parts that the api can reach: do they answer, and which version are they? */
export async function partsOf(env: Env): Promise<Part[]> {
  const [redis, ...rest] = await Promise.all([
    redisAndBuilder(env),
    part('registry', () => registryVersion(env.BERTH_REGISTRY)),
    part('edge', () => traefikVersion(env.BERTH_TRAEFIK_PORT)),
    part('activator', () => reached({ host: '127.0.0.1', port: env.BERTH_ACTIVATOR_PORT })),
    part('runtime', () => reached({ path: join(env.BERTH_RUN_DIR, 'runtime.sock') })),
  ]);
  return [...redis, ...rest];
}

/** The builder listens nowhere; that it is there shows in who waits at its queue. */
async function redisAndBuilder(env: Env): Promise<Part[]> {
  let clients: string[] = [];
  const redis = await part('redis', async () => {
    const facts = await askRedis(env.REDIS_URL, PATIENCE_MS);
    clients = facts.clients;
    return facts.version;
  });
  const ok = clients.some((name) => name.startsWith(`${queuePrefix(env)}:${buildQueue}`));
  const detail = ok ? null : 'No builder waits at the queue.';
  return [redis, { name: 'builder', ok, version: ok ? berthVersion : null, detail }];
}

async function part(name: string, ask: () => Promise<string | null>): Promise<Part> {
  try {
    return { name, ok: true, version: await ask(), detail: null };
  } catch (error) {
    return { name, ok: false, version: null, detail: messageOf(error) };
  }
}

/** Berth's own services are of one tree, and so of one version. */
function reached(place: NetConnectOpts): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(place);
    socket.setTimeout(PATIENCE_MS, () =>
      socket.destroy(new Error(`Did not answer within ${PATIENCE_MS} ms.`)),
    );
    socket.once('connect', () => {
      socket.destroy();
      resolve(berthVersion);
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

function answerOf(url: string): Promise<{ headers: NodeJS.Dict<string | string[]>; body: string }> {
  return new Promise((resolve, reject) => {
    const asking = get(url, { signal: AbortSignal.timeout(PATIENCE_MS), agent: false }, (answer) => {
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
