import { startTraefikAlone } from '#bench/bare/traefik-alone.js';
import type { Bench } from '#bench/bench.js';
import type { ClientReport } from '#bench/client.js';
import { ask } from '#bench/http.js';
import { load } from '#bench/load.js';
import type { Figure, Row } from '#bench/row.js';
import { summarize } from '#bench/summary.js';

const connections = 16;
const rounds = 8;
const seconds = 5;

export const row: Row = {
  name: 'hot-path',
  title: 'A busy app: Berth’s edge against Traefik alone with the same container behind it',
  how:
    `${connections} connections, as fast as answers come, ${rounds} rounds of ${seconds} s for each, in alternating order, by a client in ` +
    'its own process on the same machine. Traefik alone is a second process of the same program with the same static ' +
    'configuration and one route to the same container. The app has a router of its own when the rounds begin.',
  async run(bench) {
    const app = 'bench-hot';
    await bench.deploy(app);
    const instance = (await bench.api.instances(app)).find((each) => each.status === 'ready');
    if (instance?.address == null || instance.port === null)
      throw new Error('The app tells no address of its instance.');
    const { address, port } = instance;
    const berth = bench.edge(app);
    const alone = await startTraefikAlone(bench, [{ host: 'alone.localhost', address, port }]);
    const direct = await warmUntilDirect(bench, app);

    const ours: ClientReport[] = [];
    const theirs: ClientReport[] = [];
    const measureOurs = async () =>
      ours.push(
        await load({
          address: '127.0.0.1',
          port: berth.port,
          host: berth.host,
          connections,
          seconds,
          rate: null,
        }),
      );
    const measureTheirs = async () =>
      theirs.push(
        await load({
          address: '127.0.0.1',
          port: alone,
          host: 'alone.localhost',
          connections,
          seconds,
          rate: null,
        }),
      );
    await measureTheirs();
    theirs.length = 0;
    for (let round = 0; round < rounds; round += 1) {
      bench.note(`round ${round + 1} of ${rounds}`);
      const order = round % 2 === 0 ? [measureOurs, measureTheirs] : [measureTheirs, measureOurs];
      for (const measure of order) await measure();
    }
    const note = direct
      ? undefined
      : 'The app never got a router of its own: this went through the activator.';
    const compare = (what: string, unit: Figure['unit'], of: (report: ClientReport) => number): Figure => ({
      what,
      unit,
      value: summarize(ours.map(of)),
      baseline: { what: 'Traefik alone', value: summarize(theirs.map(of)) },
      note,
    });
    return [
      {
        ...compare('throughput', 'req/s', (report) => report.requests / report.seconds),
        aim: { of: 'ratio', is: 'at least', than: 0.97 },
      },
      compare('latency, median', 'ms', (report) => report.p50),
      compare('latency, 99th percentile', 'ms', (report) => report.p99),
      {
        what: 'requests that failed',
        unit: 'requests',
        value: summarize([ours.reduce((sum, report) => sum + report.errors, 0)]),
        aim: { of: 'value', is: 'at most', than: 0 },
      },
    ];
  },
};

/** Sends requests until Traefik has a service of the app's own. false when it has none after half a minute. */
async function warmUntilDirect(bench: Bench, app: string): Promise<boolean> {
  const id = await bench.api.appId(app);
  const api = Number(bench.platform.env['BERTH_TRAEFIK_PORT']);
  const edge = bench.edge(app);
  for (let tries = 0; tries < 15; tries += 1) {
    await load({
      address: '127.0.0.1',
      port: edge.port,
      host: edge.host,
      connections: 4,
      seconds: 2,
      rate: 200,
    });
    const { status } = await ask({ port: api, path: `/api/http/services/app-${id}@file` });
    if (status === 200) return true;
  }
  return false;
}
