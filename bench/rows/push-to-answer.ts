import { BareParts, type BareTimes, type Recipe } from '#bench/bare/bare-parts.js';
import type { Step } from '#bench/api.js';
import type { Bench } from '#bench/bench.js';
import { benchApp } from '#bench/bench-app.js';
import type { Repository } from '#bench/repository.js';
import type { Figure, Row } from '#bench/row.js';
import { summarize } from '#bench/summary.js';
import { firstAnswer, now } from '#bench/visitor.js';

const parts = ['git', 'queue', 'build', 'push', 'handOver', 'start', 'route'] as const;
type Times = Record<(typeof parts)[number] | 'total', number>;

const titles: Record<keyof Times, string> = {
  total: 'push to answer',
  git: '… git push until accepted',
  queue: '… waiting for the builder',
  build: '… snapshot, plan, build',
  push: '… push to the registry',
  handOver: '… release, until the runtime begins',
  start: '… image, create, network, start, ready',
  route: '… route, until a visitor gets the new version',
};

export const row: Row = {
  name: 'push-to-answer',
  title: 'Source-only change: git push until the new version answers through the edge',
  how:
    'One line of one file of a Node app changes. The clock runs from the start of `git push` to the first answer of the ' +
    'new version, asked for every 55 ms. Parts are cut at the times of the deployment’s steps. The baseline does the same by hand ' +
    'with the same Dockerfile, engine and registry, without any platform, in turn with Berth.',
  async run(bench) {
    const app = 'bench-push';
    const repository = await bench.deploy(app);
    const bare = await BareParts.prepare(bench, await recipeOf(bench, app));
    await bare.run(bench.nextVersion());

    const ours: Times[] = [];
    const theirs: BareTimes[] = [];
    for (let index = 0; index < bench.n; index += 1) {
      bench.note(`${index + 1} of ${bench.n}`);
      theirs.push(await bare.run(bench.nextVersion()));
      ours.push(await once(bench, app, repository));
    }
    return (['total', ...parts] as const).map((part): Figure => {
      const baseline = isBare(part) ? summarize(theirs.map((times) => times[part])) : undefined;
      return {
        what: titles[part],
        unit: 'ms',
        value: summarize(ours.map((times) => times[part])),
        ...(baseline === undefined ? {} : { baseline: { what: 'bare parts', value: baseline } }),
        ...(part === 'total' ? { aim: { of: 'value', is: 'at most', than: 1_000 } } : {}),
      };
    });
  },
};

async function once(bench: Bench, app: string, repository: Repository): Promise<Times> {
  const version = bench.nextVersion();
  await repository.commit(benchApp(version), version);
  const begin = now();
  const answer = firstAnswer(bench.edge(app), (who) => who.version === version, { timeoutMs: 60_000 });
  const [, answered] = await Promise.all([repository.push(bench.platform, app), answer]);
  const deployment = await bench.api.newestDeployment(app);
  const accepted = Date.parse(deployment.createdAt);
  const begun = timeOf(deployment.steps, 'snapshot', 'startedAt') ?? accepted;
  const built = timeOf(deployment.steps, 'build', 'endedAt') ?? begun;
  const stored = timeOf(deployment.steps, 'push', 'endedAt') ?? built;
  const taken = timeOf(deployment.steps, 'image', 'startedAt') ?? stored;
  const ready = timeOf(deployment.steps, 'ready', 'endedAt') ?? taken;
  return {
    git: accepted - begin,
    queue: begun - accepted,
    build: built - begun,
    push: stored - built,
    handOver: taken - stored,
    start: ready - taken,
    route: answered - ready,
    total: answered - begin,
  };
}

/** Is there such a part when it is done by hand? */
function isBare(part: keyof Times): part is keyof Times & keyof BareTimes {
  return ['total', 'git', 'build', 'push', 'start'].includes(part);
}

/** When the last try of a step began or ended, in milliseconds; null when it never did. */
function timeOf(steps: Step[], name: string, which: 'startedAt' | 'endedAt'): number | null {
  const times = steps.flatMap((step) => {
    const time = step[which];
    return step.name === name && time !== null ? [Date.parse(time)] : [];
  });
  return times.length === 0 ? null : Math.max(...times);
}

/** The Dockerfile and start command that Berth made for the app. */
export async function recipeOf(bench: Bench, app: string): Promise<Recipe> {
  const plan = (await bench.api.newestDeployment(app)).build?.plan;
  if (plan === null || plan === undefined) throw new Error('The deployment tells no build plan.');
  const { dockerfile, extraFiles, sourceFolder, processes } = plan;
  return { dockerfile, extraFiles, sourceFolder, command: processes['web'] ?? [] };
}
