import { setTimeout as rest } from 'node:timers/promises';
import { BareParts, type Recipe } from '#bench/bare/bare-parts.js';
import type { Bench } from '#bench/bench.js';
import { Repository } from '#bench/repository.js';
import type { Figure, Row } from '#bench/row.js';
import { languageApps, type LanguageApp } from '#bench/rows/language-apps.js';
import { recipeOf } from '#bench/rows/push-to-answer.js';
import { summarize } from '#bench/summary.js';
import { firstText, now } from '#bench/visitor.js';

/** Past it a build is taken for hanging. */
const timeoutMs = 600_000;
/** Compiling takes long: so many rounds of each change are enough. */
const ROUNDS_MAX = 3;
/** After this much time on one kind of change no further round begins; one is always measured. */
const BUDGET_MS = 30_000;

/** After its deployment is live Berth stores its remote cache and lets the old instance go: what is done by hand must not pay for that. */
const REST_MS = 3_000;

const kinds = ['source', 'dependencies'] as const;
type Kind = (typeof kinds)[number];

/** A row for each language: `--rows=languages` for all of them, `--rows=languages/go` for one. */
export const languageRows: readonly Row[] = languageApps.map((language) => ({
  name: `languages/${language.name}`,
  title: `An app in ${language.name}: first deployment, changes, and no change, from push to answer`,
  how:
    'The app is pushed for the first time with its stack there, then with one changed line of its source, one changed line of the ' +
    'file that names its dependencies, and no change at all (there the clock stops when `git push` ends). The baseline does the same by hand ' +
    'with the same Dockerfile, caches of its own and the same limits of the container. One round is thrown away before changes are measured; there are up to three, fewer of what takes long.',
  run: (bench) => measure(bench, language),
}));

async function measure(bench: Bench, language: LanguageApp): Promise<Figure[]> {
  await makeStack(bench, language);
  const app = `bench-${language.name}`;
  const repository = await Repository.create();
  bench.onEnd(() => repository.remove());
  bench.onEnd(() => bench.api.remove(app).catch(() => undefined));
  const push = (files: Record<string, string>, version: string) =>
    pushed(bench, { app, repository, files, version });

  bench.note(`${language.name}: first`);
  const version = bench.nextVersion();
  const first = await push(language.files(version), version);
  await bench.api.setSleep(app, { enabled: false });
  const { build } = await bench.api.newestDeployment(app);
  const recipe = apart(await recipeOf(bench, app));
  const bare = await BareParts.prepare(bench, recipe);
  const byHand = async (files: Record<string, string>, version: string) => {
    await rest(REST_MS);
    return bare.runFiles(files, version);
  };
  const bareVersion = bench.nextVersion();
  const bareFirst = await byHand(language.files(bareVersion), bareVersion);

  const ours: Record<Kind, number[]> = { source: [], dependencies: [] };
  const theirs: Record<Kind, number[]> = { source: [], dependencies: [] };
  for (const kind of kinds) {
    const begin = now();
    for (let round = 0; round <= Math.min(bench.n, ROUNDS_MAX); round += 1) {
      if (round > 1 && now() - begin > BUDGET_MS) break;
      bench.note(`${language.name}: ${kind} ${round}`);
      const mine = changed(language, kind, bench.nextVersion());
      const other = changed(language, kind, bench.nextVersion());
      const them = (await byHand(other.files, other.version)).total;
      const us = await push(mine.files, mine.version);
      if (round === 0) continue;
      ours[kind].push(us);
      theirs[kind].push(them);
    }
  }
  const same: number[] = [];
  for (let round = 0; round < Math.min(bench.n, ROUNDS_MAX); round += 1) {
    await repository.commit({}, 'Nothing changed');
    const begin = now();
    await repository.push(bench.platform, app);
    same.push(now() - begin);
  }

  const figure = (what: string, mine: number[], other: number[], aim?: number): Figure => ({
    what,
    unit: 'ms',
    value: summarize(mine),
    baseline: { what: 'by hand', value: summarize(other) },
    aim: { of: 'ratio', is: 'at most', than: 1.15 },
    ...(aim !== undefined && {
      note: `aim ${aim} ms: ${summarize(mine).median <= aim ? 'met' : 'missed'}`,
    }),
  });
  return [
    figure('first deployment', [first], [bareFirst.total], language.aims.first),
    figure('source changed', ours.source, theirs.source, language.aims.source),
    figure('dependencies changed', ours.dependencies, theirs.dependencies),
    {
      what: 'nothing changed',
      unit: 'ms',
      value: summarize(same),
      aim: { of: 'value', is: 'at most', than: 300 },
    },
    {
      what: 'image, compressed',
      unit: 'MiB',
      value: summarize([(build?.imageBytes ?? 0) / 1024 / 1024]),
    },
  ];
}

/** The first app of a language on a host waits for its stack; what is measured comes after it. */
async function makeStack(bench: Bench, { name, files, small = files }: LanguageApp): Promise<void> {
  const app = `bench-stack-${name}`;
  const repository = await Repository.create();
  try {
    bench.note(`${name}: stack`);
    const version = bench.nextVersion();
    await pushed(bench, { app, repository, files: small(version), version });
  } finally {
    await bench.api.remove(app).catch(() => undefined);
    await repository.remove();
  }
}

/**
 * Milliseconds from the start of `git push` to the first answer with this version. Nobody is asked before the new release starts: by hand nobody visits
 * during the build either, and builds leave a processor to apps that are visited.
 */
async function pushed(
  bench: Bench,
  what: { app: string; repository: Repository; files: Record<string, string>; version: string },
): Promise<number> {
  const { app, repository, files, version } = what;
  await repository.commit(files, version);
  const begin = now();
  const stop = new AbortController();
  const starting = Promise.withResolvers<void>();
  const push = repository
    .push(bench.platform, app, true, (text) => text.includes('-----> Starting') && starting.resolve())
    .catch((error: unknown) => stop.abort(error))
    .finally(() => starting.resolve());
  await starting.promise;
  const answered = await firstText(bench.edge(app), version, { timeoutMs, signal: stop.signal });
  await push;
  stop.signal.throwIfAborted();
  return answered - begin;
}

function changed({ files, dependencies }: LanguageApp, kind: Kind, version: string) {
  const source = files(version);
  return { version, files: kind === 'source' ? source : dependencies(source, version) };
}

/** Cache mounts are named after their app: by hand they are other ones, empty at first. */
function apart(recipe: Recipe): Recipe {
  return { ...recipe, dockerfile: recipe.dockerfile.replaceAll(/\bid=berth-/g, `id=bench-${Date.now()}-`) };
}
