import { BareParts } from '#bench/bare/bare-parts.js';
import type { Row } from '#bench/row.js';
import { recipeOf } from '#bench/rows/push-to-answer.js';
import { stop, timed } from '#bench/sleeping.js';
import { summarize } from '#bench/summary.js';

const waiting = 100;

export const row: Row = {
  name: 'wake-stopped',
  title: 'The first requests of a stopped app',
  how:
    'Nothing of the app runs; one request through Traefik has it started, the clock runs to the whole answer. The baseline ' +
    `creates and starts a container of an image that is there and waits for its answer. Then ${waiting} requests at once, a third of ` +
    'them POST, for one stopped app: one start, and everybody is answered.',
  async run(bench) {
    const app = 'bench-stopped';
    await bench.deploy(app);
    const bare = await BareParts.prepare(bench, await recipeOf(bench, app));
    await bare.run(bench.nextVersion());
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let index = 0; index < bench.n; index += 1) {
      bench.note(`${index + 1} of ${bench.n}`);
      theirs.push((await bare.run(bench.nextVersion())).start);
      await stop(bench, app);
      const { ms, start } = await timed(bench.edge(app));
      if (start !== 'cold') throw new Error(`The app was ${start}, not stopped.`);
      ours.push(ms);
    }
    await stop(bench, app);
    const crowd = await Promise.all(
      Array.from({ length: waiting }, (_, index) =>
        timed(bench.edge(app), index % 3 === 0 ? { method: 'POST', body: 'x'.repeat(1_000) } : {}).catch(
          () => null,
        ),
      ),
    );
    const answered = crowd.filter((one) => one !== null);
    const ready = (await bench.api.instances(app)).filter(({ status }) => status === 'ready');
    const value = summarize(ours);
    return [
      {
        what: 'stopped to answer',
        unit: 'ms',
        value,
        baseline: { what: 'bare start of a container', value: summarize(theirs) },
        aim: { of: 'value', is: 'at most', than: 350 },
      },
      {
        what: '… its 99th percentile',
        unit: 'ms',
        value: summarize([value.p99]),
        aim: { of: 'value', is: 'at most', than: 700 },
      },
      { what: `${waiting} at once to answer`, unit: 'ms', value: summarize(answered.map(({ ms }) => ms)) },
      {
        what: '… that failed',
        unit: 'requests',
        value: summarize([waiting - answered.length]),
        aim: { of: 'value', is: 'at most', than: 0 },
        note: `${ready.length} instance${ready.length === 1 ? '' : 's'} started for all of them.`,
      },
    ];
  },
};
