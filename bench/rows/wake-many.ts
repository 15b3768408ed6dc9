import type { Row } from '#bench/row.js';
import { allowSleep, freeze, timed } from '#bench/sleeping.js';
import { summarize } from '#bench/summary.js';

const apps = 50;
const rounds = 3;

export const row: Row = {
  name: 'wake-many',
  title: `${apps} frozen apps, all wanted in one moment`,
  how: `${apps} apps are frozen, then each is asked once, all at the same time, through Traefik on connections of their own; ${rounds} rounds. The baseline is the same moment when all are awake.`,
  async run(bench) {
    const names = Array.from({ length: apps }, (_, index) => `bench-many-${index}`);
    for (const [index, name] of names.entries()) {
      bench.note(`deploying ${index + 1} of ${apps}`);
      await bench.deploy(name);
      await allowSleep(bench, name);
    }
    const frozen: number[] = [];
    const warm: number[] = [];
    let failed = 0;
    for (let round = 0; round < rounds; round += 1) {
      bench.note(`round ${round + 1} of ${rounds}`);
      for (const name of names) await freeze(bench, name);
      for (const [seen, start] of [
        [frozen, 'frozen'],
        [warm, 'warm'],
      ] as const) {
        const all = await Promise.all(names.map((name) => timed(bench.edge(name)).catch(() => null)));
        for (const one of all) {
          if (one === null || one.start !== start) failed += 1;
          else seen.push(one.ms);
        }
      }
    }
    const value = summarize(frozen);
    return [
      {
        what: 'frozen to answer',
        unit: 'ms',
        value,
        baseline: { what: 'all awake', value: summarize(warm) },
      },
      {
        what: '… its 99th percentile',
        unit: 'ms',
        value: summarize([value.p99]),
        aim: { of: 'value', is: 'at most', than: 250 },
      },
      {
        what: 'requests that failed',
        unit: 'requests',
        value: summarize([failed]),
        aim: { of: 'value', is: 'at most', than: 0 },
      },
    ];
  },
};
