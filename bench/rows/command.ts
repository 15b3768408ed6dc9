import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '#bench/platform.js';
import type { Row } from '#bench/row.js';
import { summarize } from '#bench/summary.js';
import { now } from '#bench/visitor.js';

const run = promisify(execFile);
const binary = join(root, 'dist', 'cli', 'berth.cjs');

export const row: Row = {
  name: 'command',
  title: 'The berth command',
  how:
    'From starting the process to its end, in alternating order. The baselines are the same Node doing nothing, and the API’s ' +
    'own answer to the request that `berth apps` makes, added to that.',
  async run(bench) {
    const env = {
      ...process.env,
      BERTH_URL: `http://${bench.platform.domain}:${bench.platform.port}`,
      BERTH_TOKEN: bench.platform.token,
    };
    const node = (...args: string[]) => timed(() => run(process.execPath, args, { env }));
    const bare: number[] = [];
    const version: number[] = [];
    const list: number[] = [];
    const api: number[] = [];
    for (let index = 0; index < bench.n; index += 1) {
      bench.note(`${index + 1} of ${bench.n}`);
      bare.push(await node('-e', '0'));
      version.push(await node(binary, '--version'));
      list.push(await node(binary, 'apps', '--json'));
      api.push(await timed(() => bench.api.apps()));
    }
    const inAll = bare.map((ms, index) => ms + (api[index] ?? 0));
    const beyond = list.map((ms, index) => ms - (api[index] ?? 0));
    return [
      {
        what: 'berth --version',
        unit: 'ms',
        value: summarize(version),
        baseline: { what: 'node -e 0', value: summarize(bare) },
        aim: { of: 'value', is: 'at most', than: 150 },
      },
      {
        what: 'berth apps',
        unit: 'ms',
        value: summarize(list),
        baseline: { what: 'node -e 0, and the API alone', value: summarize(inAll) },
      },
      {
        what: 'berth apps, beyond the API’s own time',
        unit: 'ms',
        value: summarize(beyond),
        aim: { of: 'value', is: 'at most', than: 100 },
      },
    ];
  },
};

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = now();
  await work();
  return now() - begin;
}
