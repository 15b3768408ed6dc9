import type { BuildPlan } from '#libs/contracts/build-plan.js';
import type { ServedBy } from '#libs/contracts/api/mirrors.js';
import { registriesOf } from '#libs/buildpack/mirrors/mirror-settings.js';
import { withMirrors } from '#libs/buildpack/mirrors/with-mirrors.js';
import { blamesRegistry, type MirrorKind } from '#libs/core/mirrors.js';
import { BuildFailed } from '#libs/images/build-image.js';
import { rankedMirrors } from '#libs/mirrors/check-mirrors.js';
import { probeMirror } from '#libs/mirrors/probe.js';
import { shownPlace } from '#libs/mirrors/ranking.js';
import { noteServed, noteUse } from '#libs/store/mirrors.js';
import type { BuildRun } from '../pipeline.js';
import { AttemptWatch } from './attempt-watch.js';
import { MirrorStalled } from './mirror-stalled.js';
import { Route, titleOf } from './route.js';

/** Which registry a build could not go on with, and why. */
interface Blame {
  kind: MirrorKind;
  why: string;
  /** Did we see it ourselves? What a build prints is the app's word only. */
  seen: boolean;
}

/**
 * Builds through the mirrors of the registries that the plan asks, best first: an attempt that fails because its registry does not
 * answer, or answers nonsense, is repeated with the next one, until one serves or all were tried. Layers that are done
 * are not made again.
 */
export async function throughMirrors<T>(
  run: BuildRun,
  plan: BuildPlan,
  build: (plan: BuildPlan, watch: AttemptWatch) => Promise<T>,
): Promise<T> {
  const route = new Route(await listsOf(run, registriesOf(plan.language)));
  sayChoices(run, route);
  const doubted: { kind: MirrorKind; url: string }[] = [];
  for (;;) {
    const watch = new AttemptWatch(() => findStalled(route, run.signal));
    try {
      const result = await build(withMirrors(plan, route.addresses()), watch);
      await noteAllServed(run, route, plan, watch);
      // Another one served: the app was right about these.
      for (const place of doubted) await count(run, place, 'failed');
      return result;
    } catch (error) {
      run.signal.throwIfAborted();
      const blame = await blamed(error, watch, route, run.signal);
      const failed = blame && (await goOn(run, route, blame));
      if (failed === null) throw error;
      if (blame?.seen === true) await count(run, failed, 'failed');
      else doubted.push(failed);
    } finally {
      watch.close();
    }
  }
}

async function listsOf({ parts }: BuildRun, kinds: readonly MirrorKind[]) {
  if (kinds.length === 0) return [];
  const lists = await rankedMirrors(parts.db, parts.env.BERTH_HOME);
  return lists.filter(({ kind }) => kinds.includes(kind));
}

/** With one place for each there is nothing to say. */
function sayChoices({ log }: BuildRun, route: Route): void {
  for (const [kind, place] of route.current())
    if (route.isChosen(kind)) log.detail(`${titleOf(kind)} come from ${shownPlace(place)}`);
}

/** A silent command is stopped only if its registry is silent too, and if there is another one. */
async function findStalled(route: Route, signal: AbortSignal): Promise<MirrorStalled | null> {
  const [found] = await silentOnes(route, route.choices(), signal);
  return found === undefined ? null : new MirrorStalled(found.kind, found.why);
}

/** Those of these kinds whose place in use does not answer now. */
async function silentOnes(route: Route, kinds: readonly MirrorKind[], signal: AbortSignal): Promise<Blame[]> {
  const asked = await Promise.all(
    kinds.map(async (kind) => {
      const url = route.placeOf(kind)?.url ?? null;
      const result = url === null ? null : await probeMirror(kind, url, { signal });
      return result === null || result.ok
        ? null
        : { kind, why: result.error ?? 'it does not answer', seen: true };
    }),
  );
  return asked.filter((blame) => blame !== null);
}

/** Null: the app is at fault, or there is nothing else to try. */
async function blamed(
  error: unknown,
  watch: AttemptWatch,
  route: Route,
  signal: AbortSignal,
): Promise<Blame | null> {
  if (error instanceof MirrorStalled) return { kind: error.registry, why: error.why, seen: true };
  if (!(error instanceof BuildFailed) || error.exitCode === null) return null;
  const suspects = route.choices();
  const [silent] = await silentOnes(route, suspects, signal);
  if (silent !== undefined) return silent;
  if (!blamesRegistry(watch.lines)) return null;
  const [only] =
    suspects.length === 1 ? suspects : suspects.filter((kind) => asks(kind, error.step?.name ?? ''));
  if (only === undefined) return null;
  return { kind: only, why: 'the step that fetches from it failed, see above', seen: false };
}

/** Which registry a command asks, by its name. */
function asks(kind: MirrorKind, command: string): boolean {
  const names: Partial<Record<MirrorKind, RegExp>> = {
    npm: /\b(?:npm|npx|pnpm|yarn|bun|corepack)\b/,
    pypi: /\b(?:pip3?|uv|pipenv|poetry)\b/,
    go: /\bgo\b/,
  };
  return names[kind]?.test(command) ?? false;
}

/** Turns to the next place and says so; gives the one that failed, or null when there is no other. */
async function goOn(
  run: BuildRun,
  route: Route,
  { kind, why }: Blame,
): Promise<{ kind: MirrorKind; url: string } | null> {
  const failed = route.placeOf(kind);
  const next = route.advance(kind);
  if (failed === null || next === null) return null;
  run.log.warning(
    `${titleOf(kind)}: ${shownPlace(failed)} failed (${why}). Trying again with ${shownPlace(next)}.`,
  );
  await noteInBuild(run, { kind, what: null, from: failed.name, outcome: 'failed', note: why });
  return { kind, url: failed.name };
}

/** Of a Dockerfile's own commands only their names say which registry they ask. */
async function noteAllServed(
  run: BuildRun,
  route: Route,
  { language }: BuildPlan,
  { ran }: AttemptWatch,
): Promise<void> {
  for (const [kind, { name, url }] of route.current()) {
    const asked = language === 'dockerfile' ? ran.some((command) => asks(kind, command)) : ran.length > 0;
    if (!asked) continue;
    await noteInBuild(run, { kind, what: null, from: name, outcome: 'served', note: url });
    await count(run, { kind, url: name }, 'served');
  }
}

/** A row that cannot be written is no reason to fail a build. */
async function count(
  { parts }: BuildRun,
  place: { kind: MirrorKind; url: string },
  outcome: ServedBy['outcome'],
): Promise<void> {
  await noteUse(parts.db, place, outcome).catch(() => undefined);
}

/** In the build's row: what came from where. */
export async function noteInBuild(run: BuildRun, served: ServedBy): Promise<void> {
  run.served.push(served);
  await noteServed(run.parts.db, run.build.id, run.served).catch(() => undefined);
}
