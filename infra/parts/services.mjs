import { join } from 'node:path';
import { exists, readJson } from '../lib/files.mjs';
import { http } from '../lib/http.mjs';
import { accepts } from '../lib/net.mjs';
import { readServiceEnv } from '../service-env.mjs';
import { root } from '../settings.mjs';

/**
 * Memory that Node keeps for itself at rest. A small young generation and code that is compiled for size cost
 * nothing measurable in processes that wait for the database most of the time; the activator, which is on the request path,
 * keeps a larger young generation.
 */
const light = ['--max-semi-space-size=2', '--optimize-for-size'];
const hot = ['--max-semi-space-size=8'];

/** Our own processes, in the order in which they start. @type {import('./part.mjs').Part[]} */
export const services = [
  service(
    'activator',
    'Activator',
    [...hot, '--max-old-space-size=512'],
    (copy) => accepts(copy.ports.activator),
    35_000,
  ),
  service(
    'api',
    'API',
    [...light, '--max-old-space-size=512'],
    async (copy) => (await http({ host: '127.0.0.1', port: copy.ports.api, path: '/healthz' })).status < 500,
    35_000,
  ),
  service(
    'builder',
    'Builder',
    [...light, '--max-old-space-size=512'],
    (copy) => exists(join(copy.runDir, 'builder.ready')),
    20_000,
  ),
  service(
    'runtime',
    'Runtime',
    [...light, '--max-old-space-size=512'],
    (copy) => exists(join(copy.runDir, 'runtime.ready')),
    20_000,
  ),
];

function service(name, title, flags, ready, graceMs) {
  const main = join(root, 'dist', 'apps', name, 'src', 'main.js');
  return {
    name,
    title,
    stop: { graceMs },
    async find() {
      return { source: 'own' };
    },
    async prepare() {
      return { source: 'own', version: (await readJson(join(root, 'package.json'))).version, bin: main };
    },
    async command(copy) {
      const env = { ...process.env, ...(await readServiceEnv(copy)), NODE_ENV: 'production' };
      delete env.BERTH_REEXEC;
      return { command: process.execPath, args: ['--enable-source-maps', ...flags, main], env, cwd: root };
    },
    ready,
  };
}
