import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Problem } from './lib/problem.mjs';
import { readMirrors } from './lib/mirrors.mjs';

/** Where the checkout is. */
export const root = resolve(fileURLToPath(import.meta.url), '../..');

/** Settings of libs/config/env.ts that infra only hands on when they are set; the schema has their defaults. */
export const handedOn = [
  'BERTH_PUBLIC_SCHEME',
  'BERTH_HOST',
  'BERTH_NAMES_PORT',
  'BERTH_CREATE_ON_PUSH',
  'BERTH_BUILD_CONCURRENCY',
  'BERTH_BUILD_MEMORY_MB',
  'BERTH_BUILD_CPUS',
  'BERTH_BUILD_PIDS',
  'BERTH_BUILD_DISK_MB',
  'BERTH_BUILD_TIMEOUT_S',
  'BERTH_BUILD_MAX_LOAD',
  'BERTH_MIN_FREE_MEMORY_MB',
  'BERTH_MIN_FREE_DISK_MB',
  'BERTH_KEEP_RELEASES',
  'BERTH_APP_DISK_MB',
  'BERTH_WARM_POOL',
  'BERTH_MAX_PUSH_MB',
  'BERTH_MAX_UPLOAD_MB',
  'BERTH_OUTBOUND_ALLOW',
  'BERTH_STAND_INS',
  'LOG_LEVEL',
];

/** The state directory: BERTH_HOME, or `.berth` in the checkout. */
export function homeOf(env = process.env) {
  return resolve(root, env.BERTH_HOME || '.berth');
}

/**
 * What a person may choose. The environment wins over what the last start used, which wins over the defaults:
 * so `npm run status` needs no variables.
 * @param {NodeJS.ProcessEnv} env
 * @param {Partial<Settings> | undefined} saved
 * @typedef {{ port: number, bind: string, domain: string, appsDomain: string, mirrors: string[], externals:
 *   { docker: string | null, postgres: boolean, redis: boolean }, registryMirrors: Record<string, string[]>, handedOn: Record<string, string> }} Settings
 */
export function readSettings(env, saved = {}) {
  const port = Number(env.BERTH_PORT || saved.port || 8080);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Problem({
      what: `BERTH_PORT is ${JSON.stringify(env.BERTH_PORT)}.`,
      fix: 'Set it to a number from 1 to 65535, or leave it out for 8080.',
    });
  }
  const registryMirrors = env.BERTH_MIRRORS ? readMirrors(env.BERTH_MIRRORS) : (saved.registryMirrors ?? {});
  const passed = { ...saved.handedOn };
  for (const name of handedOn) if (env[name]) passed[name] = env[name];
  return {
    port,
    bind: env.BERTH_BIND || saved.bind || '127.0.0.1',
    domain: hostName('BERTH_DOMAIN', env.BERTH_DOMAIN || saved.domain || 'berth.localhost'),
    appsDomain: hostName('BERTH_APPS_DOMAIN', env.BERTH_APPS_DOMAIN || saved.appsDomain || 'apps.localhost'),
    mirrors: env.BERTH_DOCKER_MIRRORS
      ? env.BERTH_DOCKER_MIRRORS.split(',')
          .map((url) => url.trim())
          .filter(Boolean)
      : (saved.mirrors ?? []),
    registryMirrors,
    externals: {
      docker: env.DOCKER_HOST || saved.externals?.docker || null,
      postgres: Boolean(env.DATABASE_URL) || (saved.externals?.postgres ?? false),
      redis: Boolean(env.REDIS_URL) || (saved.externals?.redis ?? false),
    },
    handedOn: passed,
  };
}

function hostName(variable, value) {
  if (!/^(?!-)[a-z0-9-]{1,63}(\.(?!-)[a-z0-9-]{1,63})*$/.test(value)) {
    throw new Problem({
      what: `${variable} is ${JSON.stringify(value)}, which is not a host name.`,
      fix: 'Use lower-case letters, digits, hyphens and dots, for example berth.example.org.',
    });
  }
  return value;
}

/** An origin with its port left out where it is the scheme's own. */
export function originOf(settings, host) {
  const scheme = settings.handedOn.BERTH_PUBLIC_SCHEME ?? 'http';
  const standard = scheme === 'https' ? 443 : 80;
  return `${scheme}://${host}${settings.port === standard ? '' : `:${settings.port}`}`;
}
