import { createConnection, type NetConnectOpts } from 'node:net';
import { join } from 'node:path';
import type { Env } from '#libs/config/env.js';
import type { PlatformView } from '#libs/contracts/api/platform.js';

type Part = PlatformView['parts'][number];

const PATIENCE_MS = 1_000;

/** Do the other parts that the api can reach take connections? */
export function partsOf(env: Env): Promise<Part[]> {
  const redis = new URL(env.REDIS_URL);
  const [registryHost = '127.0.0.1', registryPort = '5000'] = env.BERTH_REGISTRY.split(':');
  const places: [string, NetConnectOpts][] = [
    ['redis', { host: redis.hostname, port: Number(redis.port || 6379) }],
    ['registry', { host: registryHost, port: Number(registryPort) }],
    ['edge', { host: '127.0.0.1', port: env.BERTH_TRAEFIK_PORT }],
    ['activator', { host: '127.0.0.1', port: env.BERTH_ACTIVATOR_PORT }],
    ['runtime', { path: join(env.BERTH_RUN_DIR, 'runtime.sock') }],
  ];
  return Promise.all(places.map(([name, place]) => reach(name, place)));
}

function reach(name: string, place: NetConnectOpts): Promise<Part> {
  return new Promise((resolve) => {
    const socket = createConnection(place);
    const end = (detail: string | null): void => {
      socket.destroy();
      resolve({ name, ok: detail === null, version: null, detail });
    };
    socket.setTimeout(PATIENCE_MS, () => end(`Did not answer within ${PATIENCE_MS} ms.`));
    socket.once('connect', () => end(null));
    socket.once('error', ({ message }) => end(message));
  });
}
