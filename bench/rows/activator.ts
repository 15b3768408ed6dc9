import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTraefikAlone } from '#bench/bare/traefik-alone.js';
import type { Bench } from '#bench/bench.js';
import type { ClientReport } from '#bench/client.js';
import { ask } from '#bench/http.js';
import { load } from '#bench/load.js';
import { freePort, root } from '#bench/platform.js';
import type { Figure, Row } from '#bench/row.js';
import { summarize } from '#bench/summary.js';

const rate = 500;
const rounds = 20;
const seconds = 2;

export const row: Row = {
  name: 'activator',
  title: `What the activator adds at ${rate} requests per second`,
  how:
    `One Traefik, two routes to one container: straight, and by way of an activator of the bench’s own. ${rate} requests per second ` +
    `started by the clock on 32 connections, ${rounds} rounds of ${seconds} s each in alternating order. (The platform’s own activator would ` +
    'hand an app this busy over to Traefik.)',
  async run(bench) {
    const app = 'bench-cold';
    await bench.deploy(app);
    const instance = (await bench.api.instances(app)).find((each) => each.status === 'ready');
    if (instance?.address == null || instance.port === null)
      throw new Error('The app tells no address of its instance.');
    const { address, port } = instance;
    const activatorPort = await startActivator(bench, { address, port });
    const { port: traefik } = await startTraefikAlone(bench, [
      { host: 'straight.localhost', address, port },
      { host: null, address: '127.0.0.1', port: activatorPort },
    ]);

    const by = { straight: [] as ClientReport[], activator: [] as ClientReport[] };
    const measure = async (way: keyof typeof by) =>
      by[way].push(
        await load({
          address: '127.0.0.1',
          port: traefik,
          host: `${way}.localhost`,
          connections: 32,
          seconds,
          rate,
        }),
      );
    await measure('activator');
    by.activator.length = 0;
    for (let round = 0; round < rounds; round += 1) {
      bench.note(`round ${round + 1} of ${rounds}`);
      await measure(round % 2 === 0 ? 'straight' : 'activator');
      await measure(round % 2 === 0 ? 'activator' : 'straight');
    }
    const compare = (what: string, of: (report: ClientReport) => number): Figure => ({
      what,
      unit: 'ms',
      value: summarize(by.activator.map(of)),
      baseline: { what: 'straight from Traefik', value: summarize(by.straight.map(of)) },
    });
    return [
      compare('latency, median', (report) => report.p50),
      compare('latency, 99th percentile', (report) => report.p99),
      {
        what: 'requests that failed',
        unit: 'requests',
        value: summarize([by.activator.reduce((sum, report) => sum + report.errors, 0)]),
        aim: { of: 'value', is: 'at most', than: 0 },
      },
    ];
  },
};

/** An activator with one host, `activator.localhost`, that leads to the instance. */
async function startActivator(bench: Bench, instance: { address: string; port: number }): Promise<number> {
  const home = await mkdtemp(join(tmpdir(), 'berth-bench-act-'));
  const port = await freePort();
  const built = join(root, 'dist', 'apps', 'activator', 'src', 'main.js');
  const args = existsSync(built)
    ? [built]
    : ['--conditions=berth-source', join(root, 'apps', 'activator', 'src', 'main.ts')];
  const child = spawn(process.execPath, args, {
    env: { BERTH_HOME: home, BERTH_RUN_DIR: home, BERTH_ACTIVATOR_PORT: String(port) },
    stdio: 'ignore',
  });
  bench.onEnd(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    await rm(home, { recursive: true, force: true });
  });
  const target = {
    appId: 'bench',
    app: 'bench',
    releaseNumber: 1,
    state: 'serving',
    message: null,
    instances: [{ instanceId: 'bench', ...instance }],
  };
  const body = JSON.stringify({
    epoch: 1,
    generation: 1,
    hosts: { 'activator.localhost': target, 'any.localhost': target },
  });
  for (let tries = 0; tries < 200; tries += 1) {
    const put = { socketPath: join(home, 'activator.sock'), method: 'PUT', path: '/table', body };
    const status = await ask(put).then(
      (answer) => answer.status,
      () => 0,
    );
    if (status === 200) return port;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('The bench’s own activator does not start.');
}
