import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson } from '../lib/files.mjs';
import { http } from '../lib/http.mjs';
import { readServiceEnv } from '../service-env.mjs';
import { root } from '../settings.mjs';

/**
 * Memory that Node keeps for itself at rest. A small young generation and code compiled for size cost nothing
 * measurable in processes that mostly wait for the database; the activator, which is on the request path, keeps more.
 */
const light = ['--max-semi-space-size=2', '--optimize-for-size', '--max-old-space-size=512'];
const hot = ['--max-semi-space-size=16', '--max-old-space-size=512'];
/** It hands on a UDP socket (libs/config/kept-sockets.ts), whose handle Node shows only with this warning. */
const handsOn = ['--disable-warning=DEP0112'];

/** The activator is nearest to strangers and needs none of these. */
const secrets = ['DATABASE_URL', 'REDIS_URL', 'DOCKER_HOST', 'BERTH_SECRET_KEY'];

/** Our own processes, in the order in which they start. @type {import('./part.mjs').Part[]} */
export const services = [
  // Two may share its port while one takes over from the other; the old one drains for as long as its visitors need.
  {
    ...service('activator', 'Activator', [...hot, ...handsOn], activatorReady, secrets),
    overlap: true,
    keepsSockets: true,
    stop: { graceMs: 15_000, drainMs: 310_000 },
  },
  { ...service('api', 'API', light, apiReady), keepsSockets: true, stop: { graceMs: 30_000 } },
  { ...service('builder', 'Builder', light, announced('builder')), stop: { graceMs: 20_000 } },
  { ...service('runtime', 'Runtime', light, announced('runtime')), stop: { graceMs: 20_000 } },
];

function service(name, title, flags, ready, without = []) {
  const main = join(root, 'dist', 'apps', name, 'src', 'main.js');
  return {
    name,
    title,
    ready,
    async find() {
      return { source: 'own' };
    },
    async prepare() {
      return { source: 'own', version: (await readJson(join(root, 'package.json'))).version, bin: main };
    },
    async before(copy) {
      await rm(join(copy.runDir, `${name}.ready`), { force: true });
    },
    async command(copy) {
      const env = {
        ...process.env,
        ...(await readServiceEnv(copy)),
        NODE_ENV: 'production',
        BERTH_SUPERVISE: join(root, 'infra', 'supervise-again.mjs'),
      };
      for (const key of ['BERTH_REEXEC', ...without]) delete env[key];
      return { command: process.execPath, args: ['--enable-source-maps', ...flags, main], env, cwd: root };
    },
  };
}

/** The one with this pid, not the one that it takes over from. */
async function activatorReady(copy, identity) {
  return (
    (await http({ socketPath: join(copy.runDir, `activator-${identity.pid}.sock`), path: '/healthz' }))
      .status === 200
  );
}

async function apiReady(copy) {
  return (await http({ host: '127.0.0.1', port: copy.ports.api, path: '/healthz' })).status === 200;
}

/** libs/config/ready.ts */
function announced(name) {
  return async (copy, identity) =>
    Number(await readFile(join(copy.runDir, `${name}.ready`), 'utf8')) === identity.pid;
}
