import { BareParts } from '#bench/bare/bare-parts.js';
import { benchApp } from '#bench/bench-app.js';
import type { Row } from '#bench/row.js';
import { recipeOf } from '#bench/rows/push-to-answer.js';
import { summarize } from '#bench/summary.js';
import { firstAnswer, now } from '#bench/visitor.js';

export const row: Row = {
  name: 'rollback',
  title: 'Going back to the release before',
  how:
    'POST /v1/apps/APP/releases/N/rollback, to and fro between two versions. The clock runs from the request to the first ' +
    'answer of the other version. The baseline starts a container of an image that is there and waits for its answer.',
  async run(bench) {
    const app = 'bench-back';
    const repository = await bench.deploy(app);
    const first = await bench.api.newestDeployment(app);
    const firstVersion = await versionOf(bench.edge(app));
    const secondVersion = bench.nextVersion();
    await repository.commit(benchApp(secondVersion), 'Second version');
    await repository.push(bench.platform, app);
    const second = await bench.api.newestDeployment(app);
    const bare = await BareParts.prepare(bench, await recipeOf(bench, app));
    await bare.run(bench.nextVersion());

    const releases = [
      { number: first.release?.number ?? 0, version: firstVersion },
      { number: second.release?.number ?? 0, version: secondVersion },
    ] as const;
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let index = 0; index < bench.n; index += 1) {
      bench.note(`${index + 1} of ${bench.n}`);
      theirs.push((await bare.run(bench.nextVersion())).start);
      const to = releases[index % 2 === 0 ? 0 : 1];
      const begin = now();
      const answer = firstAnswer(bench.edge(app), (who) => who.version === to.version, { timeoutMs: 60_000 });
      const [number, answered] = await Promise.all([bench.api.rollBack(app, to.number), answer]);
      ours.push(answered - begin);
      await bench.live(app, number);
    }
    return [
      {
        what: 'rollback to answer',
        unit: 'ms',
        value: summarize(ours),
        baseline: { what: 'bare start of a container', value: summarize(theirs) },
        aim: { of: 'value', is: 'at most', than: 500 },
      },
    ];
  },
};

async function versionOf(where: { port: number; host: string }): Promise<string> {
  let version = '';
  await firstAnswer(where, (who) => (version = who.version) !== '', { timeoutMs: 10_000 });
  return version;
}
