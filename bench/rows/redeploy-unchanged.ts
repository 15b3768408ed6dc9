import { benchApp } from '#bench/bench-app.js';
import type { Row } from '#bench/row.js';
import { summarize } from '#bench/summary.js';
import { now } from '#bench/visitor.js';

export const row: Row = {
  name: 'redeploy-unchanged',
  title: 'Push without a change of files',
  how:
    'An empty commit is pushed. The clock runs from the start of `git push` to its end, which says that nothing changed; no release ' +
    'is made and no container started.',
  async run(bench) {
    const app = 'bench-same';
    const repository = await bench.deploy(app);
    const version = bench.nextVersion();
    await repository.commit(benchApp(version), 'The version that stays');
    await repository.push(bench.platform, app);

    const times: number[] = [];
    for (let index = 0; index < bench.n; index += 1) {
      bench.note(`${index + 1} of ${bench.n}`);
      await repository.commit({}, 'Nothing changed');
      const begin = now();
      await repository.push(bench.platform, app);
      times.push(now() - begin);
      const { status, release } = await bench.api.newestDeployment(app);
      if (status !== 'live' || release !== null) throw new Error('A push of the same files made a release.');
    }
    return [
      {
        what: 'push to its end, nothing changed',
        unit: 'ms',
        value: summarize(times),
        aim: { of: 'value', is: 'at most', than: 300 },
      },
    ];
  },
};
