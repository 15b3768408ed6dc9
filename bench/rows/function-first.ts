import { BareParts, type BareTimes } from '#bench/bare/bare-parts.js';
import { BareEngine } from '#bench/bare/engine.js';
import type { Bench } from '#bench/bench.js';
import { Repository } from '#bench/repository.js';
import type { Row } from '#bench/row.js';
import { recipeOf } from '#bench/rows/push-to-answer.js';
import { summarize } from '#bench/summary.js';
import { firstText, now } from '#bench/visitor.js';

/** Of one new function, in ms. */
interface Times {
  /** From the push until its first answer. */
  total: number;
  /** From when its release is there, image and all, until its first answer. */
  start: number;
}

const mebibyte = 1024 * 1024;
/** Functions get this where nothing is said: the size that waits. */
const usualMb = 512;
const patienceMs = 60_000;

export const row: Row = {
  name: 'function-first',
  title: 'The first request of a new function',
  how:
    'A function of one file, of an app that was never there before, is pushed and asked for every 55 ms until it answers; once while an instance ' +
    'waits in the warm pool, once of a size that nobody waits with, in turn. `start` begins when the release is there. The baseline is docker ' +
    'create and start of the same image by hand until its answer, and for the whole way git, build, push and that.',
  async run(bench) {
    const [first] = await deploy(bench, usualMb);
    const bare = await BareParts.prepare(bench, await recipeOf(bench, first));
    await bare.runFiles(functionOf('warm-up'), 'warm-up');
    const taken: Times[] = [];
    const own: Times[] = [];
    const theirs: BareTimes[] = [];
    for (let index = 0; index < bench.n; index += 1) {
      bench.note(`${index + 1} of ${bench.n}`);
      const version = bench.nextVersion();
      theirs.push(await bare.runFiles(functionOf(version), version));
      await oneWaits(bench);
      const [, fromPool, wasTaken] = await deploy(bench, usualMb);
      if (!wasTaken) throw new Error('The function took nothing from the warm pool.');
      taken.push(fromPool);
      const [, alone, tookToo] = await deploy(bench, usualMb - 1 - index);
      if (tookToo) throw new Error('A function of another size took what waited.');
      own.push(alone);
    }
    const figure = (what: string, ours: Times[], part: keyof Times) => ({
      what,
      unit: 'ms' as const,
      value: summarize(ours.map((times) => times[part])),
      baseline: { what: 'bare parts', value: summarize(theirs.map((times) => times[part])) },
    });
    return [
      figure('start to answer, from the warm pool', taken, 'start'),
      figure('start to answer, without', own, 'start'),
      figure('push to answer, from the warm pool', taken, 'total'),
      figure('push to answer, without', own, 'total'),
    ];
  },
};

function functionOf(version: string): Record<string, string> {
  return { 'function.js': `export default () => new Response('${version}');\n` };
}

/** Name of the app, its times, and whether its instance had waited. */
async function deploy(bench: Bench, memoryMb: number): Promise<[string, Times, boolean]> {
  const version = bench.nextVersion();
  const app = `bench-fn-${version.toLowerCase()}`;
  const repository = await Repository.create();
  bench.onEnd(() => repository.remove());
  bench.onEnd(() => bench.api.remove(app).catch(() => undefined));
  const limits = `[limits]\nmemory = "${memoryMb}MB"\n`;
  await repository.commit({ ...functionOf(version), 'berth.toml': limits }, version);
  const begin = now();
  const answer = firstText(bench.edge(app), version, { timeoutMs: patienceMs });
  const [, answered] = await Promise.all([repository.push(bench.platform, app), answer]);
  const { steps } = await bench.api.newestDeployment(app);
  const released = steps.find((step) => step.name === 'release')?.endedAt;
  if (!released) throw new Error(`The deployment of ${app} tells nothing of its release.`);
  const times = { total: answered - begin, start: answered - Date.parse(released) };
  return [app, times, steps.some((step) => step.name === 'warm')];
}

/** Until a container of the usual size waits. */
async function oneWaits(bench: Bench): Promise<void> {
  const { env } = bench.platform;
  const engine = new BareEngine(env['DOCKER_HOST'] ?? '');
  const filters = encodeURIComponent(JSON.stringify({ name: [`berth-${env['BERTH_ID'] ?? ''}-warm-node-`] }));
  const deadline = Date.now() + patienceMs;
  while (Date.now() < deadline) {
    const rows = JSON.parse(await engine.call('GET', `/containers/json?filters=${filters}`)) as {
      Id: string;
    }[];
    for (const { Id } of rows) {
      const view = JSON.parse(await engine.call('GET', `/containers/${Id}/json`)) as {
        HostConfig: { Memory: number };
      };
      if (view.HostConfig.Memory === usualMb * mebibyte) return;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('Nothing waits in the warm pool: is BERTH_WARM_POOL 0, or the host short of memory?');
}
