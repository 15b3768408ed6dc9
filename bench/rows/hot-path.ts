import { startTraefikAlone, startTraefikCopy } from '#bench/bare/traefik-alone.js';
import type { Bench } from '#bench/bench.js';
import type { ClientReport } from '#bench/client.js';
import { cpuMs } from '#bench/cpu.js';
import { ask } from '#bench/http.js';
import { load } from '#bench/load.js';
import type { Figure, Row } from '#bench/row.js';
import { summarize } from '#bench/summary.js';

const connections = 16;
/** Of each kind: two processes of one program with one configuration differ by up to 5 %, so one of each tells nothing. */
const processes = 3;
const rounds = 18;
const seconds = 1;

type Measured = ClientReport & { cpuPerRequest: number };

/** Traefiks that are the same, and what was measured of each round of all of them. */
interface Kind {
  members: { pid: number; port: number }[];
  host: string;
  seen: Measured[][];
}

export const row: Row = {
  name: 'hot-path',
  title: 'A busy app: Berth’s edge against Traefik alone with the same container behind it',
  how:
    `${connections} connections, as fast as answers come, ${rounds} rounds of ${seconds} s for each, in changing order, by a client in ` +
    `its own process on the same machine. Berth: the platform’s own Traefik and ${processes - 1} copies of it (two processes that are ` +
    'the same differ by some percent). Traefik alone: as many processes of the same program with the same static configuration and ' +
    'one route to the same container. The control: as many again, just like them; how far its ratio is from 1 is how much ' +
    'chance there is in this row. The app has a router of its own when the rounds begin. Ratios are medians over the rounds of all processes of a kind.',
  async run(bench) {
    const app = 'bench-hot';
    await bench.deploy(app);
    const instance = (await bench.api.instances(app)).find((each) => each.status === 'ready');
    if (instance?.address == null || instance.port === null)
      throw new Error('The app tells no address of its instance.');
    const { address, port } = instance;
    const berth = bench.edge(app);
    const direct = await warmUntilDirect(bench, app);
    const bare = [{ host: 'alone.localhost', address, port }];
    const alone = () => startTraefikAlone(bench, bare);
    const own = {
      pid: bench.platform.parts.find((part) => part.name === 'traefik')?.pid ?? 0,
      port: berth.port,
    };
    const ours: Kind = {
      members: [own, ...(await several(processes - 1, () => startTraefikCopy(bench, berth.host)))],
      host: berth.host,
      seen: [],
    };
    const theirs: Kind = { members: await several(processes, alone), host: 'alone.localhost', seen: [] };
    const again: Kind = { members: await several(processes, alone), host: 'alone.localhost', seen: [] };
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
      const measured = new Map<Kind, Measured[]>([ours, theirs, again].map((kind) => [kind, []]));
      for (let member = 0; member < processes; member += 1) {
        for (const kind of orders[(round + member + 6) % 6] ?? []) {
          measured.get(kind)?.push(await measure(kind.host, kind.members[member]));
        }
      }
      if (round >= 0) for (const [kind, those] of measured) kind.seen.push(those);
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
      value: summarize(those.seen.flat().map(of)),
      baseline: { what: 'Traefik alone', value: summarize(theirs.seen.flat().map(of)) },
      pairedRatio: summarize(
        those.seen.map((round, index) => mean(round.map(of)) / mean((theirs.seen[index] ?? []).map(of))),
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
        value: summarize([ours.seen.flat().reduce((sum, report) => sum + report.errors, 0)]),
        aim: { of: 'value', is: 'at most', than: 0 },
      },
    ];
  },
};

/** One second of load; what the process used meanwhile is shared out over the requests. */
async function measure(host: string, way: { pid: number; port: number } | undefined): Promise<Measured> {
  if (way === undefined) throw new Error('There is no such process to measure.');
  const before = cpuMs(way.pid);
  const report = await load({ address: '127.0.0.1', port: way.port, host, connections, seconds, rate: null });
  return { ...report, cpuPerRequest: (1_000 * (cpuMs(way.pid) - before)) / report.requests };
}

async function several<T>(count: number, make: () => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  while (made.length < count) made.push(await make());
  return made;
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
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
