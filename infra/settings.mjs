import { isIPv4 } from 'node:net';
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
  'BERTH_EGRESS_DENY',
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
  // Set to nothing, a variable has its default again.
  const chosen = (name, before) => (env[name] === '' ? undefined : (env[name] ?? before));
  const port = Number(chosen('BERTH_PORT', saved.port) ?? 8080);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Problem({
      what: `BERTH_PORT is ${JSON.stringify(env.BERTH_PORT)}.`,
      fix: 'Set it to a number from 1 to 65535, or leave it out for 8080.',
    });
  }
  const passed = {};
  for (const name of handedOn) {
    const value = chosen(name, saved.handedOn?.[name]);
    if (value !== undefined) passed[name] = value;
  }
  deniedBlocks(passed.BERTH_EGRESS_DENY);
  const mirrors = chosen('BERTH_DOCKER_MIRRORS', saved.mirrors) ?? [];
  const registryMirrors = chosen('BERTH_MIRRORS', saved.registryMirrors) ?? {};
  return {
    port,
    bind: chosen('BERTH_BIND', saved.bind) ?? '127.0.0.1',
    domain: hostName('BERTH_DOMAIN', chosen('BERTH_DOMAIN', saved.domain) ?? 'berth.localhost'),
    appsDomain: hostName(
      'BERTH_APPS_DOMAIN',
      chosen('BERTH_APPS_DOMAIN', saved.appsDomain) ?? 'apps.localhost',
    ),
    mirrors: typeof mirrors === 'string' ? listOf(mirrors) : mirrors,
    registryMirrors: typeof registryMirrors === 'string' ? readMirrors(registryMirrors) : registryMirrors,
    externals: {
      docker: chosen('DOCKER_HOST', saved.externals?.docker) ?? null,
      postgres: Boolean(chosen('DATABASE_URL', saved.externals?.postgres)),
      redis: Boolean(chosen('REDIS_URL', saved.externals?.redis)),
    },
    handedOn: passed,
  };
}

function listOf(text) {
  return text
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean);
}

/** The blocks of BERTH_EGRESS_DENY. */
export function deniedBlocks(text = '') {
  const blocks = listOf(text);
  const wrong = blocks.find((block) => {
    const [address, bits = ''] = block.split('/');
    return !isIPv4(address) || !/^\d{1,2}$/.test(bits) || Number(bits) > 32;
  });
  if (wrong === undefined) return blocks;
  throw new Problem({
    what: `BERTH_EGRESS_DENY names ${JSON.stringify(wrong)}, which is no block of IPv4 addresses.`,
    fix: 'Write blocks as 192.168.0.0/16, with commas between.',
  });
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
