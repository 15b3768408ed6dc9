import type { Row } from '#bench/row.js';
import { allowSleep, freeze, timed } from '#bench/sleeping.js';
import { summarize } from '#bench/summary.js';

export const row: Row = {
  name: 'wake-frozen',
  title: 'The first request of a frozen app',
  how:
    'The app is put to sleep and frozen, then asked once through Traefik on a connection of its own; the clock runs to the whole ' +
    'answer; until it goes on to the app: in the activator, which has it thawed meanwhile. The baseline is the same request a moment later, when the app is awake.',
  async run(bench) {
    const app = 'bench-frozen';
    await bench.deploy(app);
    await allowSleep(bench, app);
    const frozen: number[] = [];
    const waited: number[] = [];
    const warm: number[] = [];
    for (let index = 0; index < bench.n; index += 1) {
      bench.note(`${index + 1} of ${bench.n}`);
      await freeze(bench, app);
      const { ms, waitedMs, start } = await timed(bench.edge(app));
      if (start !== 'frozen') throw new Error(`The app was ${start}, not frozen, at ${index}.`);
      frozen.push(ms);
      waited.push(waitedMs);
      warm.push((await timed(bench.edge(app))).ms);
    }
    const value = summarize(frozen);
    const baseline = { what: 'the app awake', value: summarize(warm) };
    return [
      { what: 'frozen to answer', unit: 'ms', value, baseline, aim: { of: 'value', is: 'at most', than: 5 } },
      { what: '… until it goes on to the app', unit: 'ms', value: summarize(waited) },
      {
        what: '… its 99th percentile',
        unit: 'ms',
        value: summarize([value.p99]),
        aim: { of: 'value', is: 'at most', than: 20 },
      },
    ];
  },
};
