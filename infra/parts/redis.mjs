import { mkdir } from 'node:fs/promises';
import { writeAtomic } from '../lib/files.mjs';
import { ask } from '../lib/net.mjs';
import { run, which } from '../lib/run.mjs';
import { secretOf } from '../state.mjs';
import { keptUrl } from './postgres.mjs';

/** @type {import('./part.mjs').Part} */
export const redis = {
  name: 'redis',
  title: 'Redis',
  stop: { graceMs: 10_000 },

  async find(copy) {
    if (copy.settings.externals.redis) return { source: 'external' };
    return { source: 'own', needed: (await which('redis-server')) ? [] : ['redis-server'] };
  },

  async prepare(copy, found) {
    if (found.source === 'external')
      return { source: 'external', address: new URL(await redisUrl(copy)).host };
    const bin = await which('redis-server');
    const version = /v=(\S+)/.exec(await run(bin, ['--version']))?.[1];
    return { source: 'own', bin, version, address: `127.0.0.1:${copy.ports.redis}` };
  },

  async before(copy) {
    await mkdir(copy.path('redis', 'data'), { recursive: true, mode: 0o700 });
    await writeAtomic(copy.path('redis', 'redis.conf'), await configuration(copy), 0o600);
  },

  command(copy) {
    return { command: copy.state.parts.redis.bin, args: [copy.path('redis', 'redis.conf')] };
  },

  async ready(copy) {
    const url = new URL(await redisUrl(copy));
    const login = url.password
      ? [
          'AUTH',
          ...(url.username ? [decodeURIComponent(url.username)] : []),
          decodeURIComponent(url.password),
        ]
      : null;
    const answer = await ask({
      host: url.hostname,
      port: Number(url.port || 6379),
      send: (login ? command(login) : '') + command(['PING']),
    });
    return answer.toString().startsWith('+') && !answer.toString().includes('LOADING');
  },
};

export async function redisUrl(copy) {
  if (copy.settings.externals.redis) return keptUrl(copy, 'redis.url', process.env.REDIS_URL);
  return `redis://:${await secretOf(copy, 'redis.password')}@127.0.0.1:${copy.ports.redis}`;
}

/** Queues live here: nothing may be evicted, and a restart must find them again. The password stays out of argv. */
async function configuration(copy) {
  return [
    'bind 127.0.0.1',
    `port ${copy.ports.redis}`,
    'protected-mode yes',
    `requirepass ${await secretOf(copy, 'redis.password')}`,
    `dir "${copy.path('redis', 'data')}"`,
    'daemonize no',
    'appendonly yes',
    'appendfsync everysec',
    'save ""',
    'maxmemory-policy noeviction',
    'maxmemory 256mb',
    'tcp-keepalive 60',
    '',
  ].join('\n');
}

/** A command in Redis' own protocol. */
function command(words) {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}
