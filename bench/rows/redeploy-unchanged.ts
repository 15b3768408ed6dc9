import type { Row } from '#bench/row.js';
import { benchApp } from '#bench/bench-app.js';
import { summarize } from '#bench/summary.js';
import { firstAnswer, now } from '#bench/visitor.js';

export const row: Row = {
  name: 'redeploy-unchanged',
  title: 'Push without a change of files',
  how: 'An empty commit is pushed. The clock runs from the start of `git push` to the first answer of the new release.',
  async run(bench) {
    const app = 'bench-same';
    const repository = await bench.deploy(app);
    const version = bench.nextVersion();
    await repository.commit(benchApp(version), 'The version that stays');
    await repository.push(bench.platform, app);

    const times: number[] = [];
    for (let index = 0; index < bench.n; index += 1) {
      bench.note(`${index + 1} of ${bench.n}`);
      const before = (await bench.api.newestDeployment(app)).release?.number ?? 0;
      await repository.commit({}, 'Nothing changed');
      const begin = now();
      const answer = firstAnswer(bench.edge(app), (who) => Number(who.release) > before, {
        timeoutMs: 60_000,
      });
      const [, answered] = await Promise.all([repository.push(bench.platform, app), answer]);
      times.push(answered - begin);
    }
    return [{ what: 'push to answer, nothing changed', unit: 'ms', value: summarize(times) }];
  },
};
