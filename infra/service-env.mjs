import { readFile } from 'node:fs/promises';
import { writeAtomic } from './lib/files.mjs';
import { cgroupParent } from './parts/docker.mjs';
import { databaseUrl } from './parts/postgres.mjs';
import { redisUrl } from './parts/redis.mjs';
import { proxyArgs } from './stacks/host-network.mjs';
import { secretOf } from './state.mjs';

/**
 * The environment of every service, in the words of libs/config/env.ts.
 * @param {import('./state.mjs').Copy} copy
 * @returns {Promise<Record<string, string>>}
 */
export async function serviceEnv(copy) {
  const { settings, ports, state } = copy;
  const engine = state.parts.docker;
  return {
    BERTH_HOME: copy.home,
    BERTH_RUN_DIR: copy.runDir,
    BERTH_ID: copy.id,
    BERTH_DOMAIN: settings.domain,
    BERTH_APPS_DOMAIN: settings.appsDomain,
    BERTH_PORT: String(settings.port),
    BERTH_BIND: settings.bind,
    BERTH_API_PORT: String(ports.api),
    BERTH_ACTIVATOR_PORT: String(ports.activator),
    BERTH_TRAEFIK_PORT: String(ports.traefik),
    DATABASE_URL: await databaseUrl(copy),
    REDIS_URL: await redisUrl(copy),
    DOCKER_HOST: engine.address,
    BERTH_ENGINE_OWNED: engine.source === 'own' ? '1' : '0',
    BERTH_CGROUP_PARENT: engine.source === 'own' ? cgroupParent(copy) : 'docker',
    BERTH_REGISTRY: `127.0.0.1:${ports.registry}`,
    BERTH_SUBNET_POOL: state.pool,
    BERTH_SECRET_KEY: await secretOf(copy, 'secret.key'),
    BERTH_BUILD_PROXIES: JSON.stringify(proxyArgs()),
    ...settings.handedOn,
  };
}

/** Writes `services.env` (0600: it holds the database's password and the key of all secrets). */
export async function writeServiceEnv(copy) {
  const env = await serviceEnv(copy);
  await writeAtomic(envFile(copy), formatEnv(env), 0o600);
  return env;
}

export async function readServiceEnv(copy) {
  return parseEnv(await readFile(envFile(copy), 'utf8'));
}

export function envFile(copy) {
  return copy.path('services.env');
}

/** KEY=VALUE lines; values may hold anything but line breaks. */
export function formatEnv(env) {
  return Object.entries(env)
    .map(([name, value]) => {
      if (/[\r\n]/.test(value)) throw new Error(`${name} holds a line break.`);
      return `${name}=${value}\n`;
    })
    .join('');
}

/** The reverse of `formatEnv`; empty lines and lines that begin with # are skipped. */
export function parseEnv(text) {
  const env = {};
  for (const line of text.split('\n')) {
    const at = line.indexOf('=');
    if (at > 0 && !line.startsWith('#')) env[line.slice(0, at).trim()] = line.slice(at + 1).trim();
  }
  return env;
}
