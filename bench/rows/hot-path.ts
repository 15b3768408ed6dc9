import { startTraefikAlone } from '#bench/bare/traefik-alone.js';
import type { Bench } from '#bench/bench.js';
import type { ClientReport } from '#bench/client.js';
import { cpuMs } from '#bench/cpu.js';
import { ask } from '#bench/http.js';
import { load } from '#bench/load.js';
import type { Figure, Row } from '#bench/row.js';
import { summarize } from '#bench/summary.js';

const connections = 16;
const rounds = 36;
const seconds = 1;

type Measured = ClientReport & { cpuPerRequest: number };

/** A Traefik to be measured. */
interface Way {
  pid: number;
  target: { port: number; host: string };
  seen: Measured[];
}

export const row: Row = {
  name: 'hot-path',
  title: 'A busy app: Berth’s edge against Traefik alone with the same container behind it',
  how:
    `${connections} connections, as fast as answers come, ${rounds} rounds of ${seconds} s for each, in changing order, by a client in ` +
    'its own process on the same machine. Traefik alone is a second process of the same program with the same static ' +
    'configuration and one route to the same container; the control is a third, just like it: how far its ratio is from 1 is how much ' +
    'chance there is in this row. The app has a router of its own when the rounds begin. Ratios are medians over the rounds.',
  async run(bench) {
    const app = 'bench-hot';
    await bench.deploy(app);
    const instance = (await bench.api.instances(app)).find((each) => each.status === 'ready');
    if (instance?.address == null || instance.port === null)
      throw new Error('The app tells no address of its instance.');
    const { address, port } = instance;
    const berth = bench.edge(app);
    const bare = [{ host: 'alone.localhost', address, port }];
    const alone = await startTraefikAlone(bench, bare);
    const control = await startTraefikAlone(bench, bare);
    const direct = await warmUntilDirect(bench, app);

    const own = bench.platform.parts.find((part) => part.name === 'traefik')?.pid ?? 0;
    const way = (pid: number, target: { port: number; host: string }): Way => ({ pid, target, seen: [] });
    const ours = way(own, berth);
    const theirs = way(alone.pid, { port: alone.port, host: 'alone.localhost' });
    const again = way(control.pid, { port: control.port, host: 'alone.localhost' });
    const orders = [
      [ours, theirs, again],
      [again, ours, theirs],
      [theirs, again, ours],
      [again, theirs, ours],
      [ours, again, theirs],
      [theirs, ours, again],
    ];
    // The first round only warms everybody up.
    for (let round = -1; round < rounds; round += 1) {
      bench.note(`round ${round + 1} of ${rounds}`);
      for (const each of orders[(round + 6) % 6] ?? []) await measure(each, round >= 0);
    }
    const note = direct
      ? undefined
      : 'The app never got a router of its own: this went through the activator.';
    const compare = (
      what: string,
      unit: Figure['unit'],
      of: (report: Measured) => number,
      those = ours,
    ): Figure => ({
      what,
      unit,
      value: summarize(those.seen.map(of)),
      baseline: { what: 'Traefik alone', value: summarize(theirs.seen.map(of)) },
      pairedRatio: summarize(
        those.seen.map((report, round) => of(report) / of(theirs.seen[round] as Measured)),
      ).median,
      ...(those === ours ? { note } : {}),
    });
    const throughput = (report: Measured) => report.requests / report.seconds;
    return [
      { ...compare('throughput', 'req/s', throughput), aim: { of: 'ratio', is: 'at least', than: 0.97 } },
      compare('… control', 'req/s', throughput, again),
      compare('latency, median', 'ms', (report) => report.p50),
      compare('latency, 99th percentile', 'ms', (report) => report.p99),
      compare('CPU time of Traefik per request', 'µs', (report) => report.cpuPerRequest),
      compare('… control', 'µs', (report) => report.cpuPerRequest, again),
      {
        what: 'requests that failed',
        unit: 'requests',
        value: summarize([ours.seen.reduce((sum, report) => sum + report.errors, 0)]),
        aim: { of: 'value', is: 'at most', than: 0 },
      },
    ];
  },
};

/** One second of load; what the process used meanwhile is shared out over the requests. */
async function measure({ target, pid, seen }: Way, keep: boolean): Promise<void> {
  const before = cpuMs(pid);
  const report = await load({ address: '127.0.0.1', ...target, connections, seconds, rate: null });
  if (keep) seen.push({ ...report, cpuPerRequest: (1_000 * (cpuMs(pid) - before)) / report.requests });
}

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
