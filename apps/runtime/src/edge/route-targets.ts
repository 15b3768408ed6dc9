import { addOnUrl, directHost, isAddOn, type AddOnKind } from '#libs/core/add-on.js';
import { crashLoopFrom } from '#libs/core/backoff.js';
import { requestLimits } from '#libs/contracts/limits.js';
import { sleepOf, webScaleOf } from '#libs/contracts/manifest.js';
import type { FrozenInstance, RouteInstance, RouteTarget } from '#libs/contracts/edge.js';
import { appHost, releaseHost } from '#libs/core/names.js';
import type { ThawFile } from '#libs/engine/port.js';
import type { AppState } from '#libs/store/app-states.js';
import { isScaledToZero } from '#libs/contracts/wanted-processes.js';
import { givesWay } from '../look/gives-way.js';
import { visitedTiers } from '../sleep/visited-tiers.js';
import { split as splitFor } from './split-target.js';

type Row = AppState['instances'][number];

/** How the edge lets a container go on by itself; null: it has to ask. */
export type Thawing = (containerId: string) => ThawFile | null;

/**
 * What the edge is to do for each host of an app: its own host and its domains get the live release, each release's
 * lasting host gets that release. An add-on has no host but the one inside its team. An empty object for a deleted app.
 */
export function routeTargets(
  state: AppState,
  appsDomain: string,
  now: number,
  thawing: Thawing,
): Record<string, RouteTarget> {
  const { app, domains } = state;
  if (app.deletedAt !== null) return {};
  if (isAddOn(app.kind)) return { [directHost(app.name)]: addOnTarget(state, app.kind) };
  const main = liveTarget(state, now, thawing);
  const hosts: Record<string, RouteTarget> = { [appHost(app.name, appsDomain)]: main };
  for (const domain of domains.filter((name) => !isBelow(name, appsDomain))) hosts[domain] = main;
  for (const release of state.releases) {
    hosts[releaseHost(app.name, release.number, appsDomain)] = releaseTarget(state, release, main, now);
  }
  return hosts;
}

/** The instances are for names inside the team alone: no request is ever led to them. */
function addOnTarget(state: AppState, kind: AddOnKind): RouteTarget {
  const { app, live } = state;
  const rows = state.instances.filter((row) => row.deploymentId === live?.id).filter(isServing);
  const message = `${app.name} is an add-on (${kind}) and takes no requests: the apps of its team reach it by ${addOnUrl({ kind, name: app.name })}.`;
  return target(state, live?.release.number ?? null, 'stopped', message, rows);
}

/** Host names that Berth gives out itself: no domain of an app may take another app's. */
function isBelow(name: string, appsDomain: string): boolean {
  return name === appsDomain || name.endsWith(`.${appsDomain}`);
}

/** The target of the app's own host. */
export function liveTarget(state: AppState, now: number, thawing: Thawing): RouteTarget {
  const { app, live } = state;
  if (live === null) return target(state, null, 'no-release', null, []);
  const { number } = live.release;
  if (givesWay(state) && !isScaledToZero(app.scale)) return held(state, number, 'starting');
  if (app.sleepTier !== 'running' && !isScaledToZero(app.scale))
    return { ...held(state, number, 'asleep'), ...splitFor(state), ...frozenOf(state, thawing) };
  const rows = state.instances.filter((row) => row.deploymentId === live.id && row.process === 'web');
  const beside = state.instances.filter(
    (row) => row.releaseId === state.split?.deployment.releaseId && row.process === 'web',
  );
  const serving = [...rows, ...beside].filter(isServing);
  if (serving.length > 0) {
    const present = new Set(serving.map((row) => row.release.number));
    return { ...target(state, number, 'serving', null, serving), ...splitFor(state, present) };
  }
  if (isScaledToZero(app.scale)) return target(state, number, 'stopped', scaledToZero(app.name), []);
  // Awake again, but not noted yet: whoever asks for it to be woken may go in at once.
  if ([...rows, ...beside].some((row) => row.status === 'frozen'))
    return { ...held(state, number, 'asleep'), ...splitFor(state) };
  const worst = rows.find((row) => row.status === 'crashed' && row.restarts >= crashLoopFrom);
  if (worst !== undefined) return target(state, number, 'failing', crashLoop(app.name, worst, now), []);
  return held(state, number, 'starting');
}

/**
 * What the edge may let go on before it has asked. Not once the app is to be stopped: the table without these is known to be in force before
 * anything is taken from under a visitor.
 */
function frozenOf(state: AppState, thawing: Thawing): Pick<RouteTarget, 'frozen'> {
  const { app, live, split } = state;
  if (app.sleepTier !== 'frozen' || split !== null) return {};
  const frozen = state.instances.flatMap((row): FrozenInstance[] => {
    if (row.deploymentId !== live?.id || row.process !== 'web' || row.status !== 'frozen') return [];
    const thaw = row.containerId === null ? null : thawing(row.containerId);
    return thaw === null ? [] : [{ ...routeOf(state, row), thaw }];
  });
  return frozen.length === 0 ? {} : { frozen: frozen.sort(byId) };
}

/** Of an app that cannot answer yet: its requests are held, but for those of which the owner wants something else. */
function held(state: AppState, releaseNumber: number, kind: 'asleep' | 'starting'): RouteTarget {
  const base = target(state, releaseNumber, kind, null, []);
  const manifest = state.live?.release.manifest ?? null;
  const { waitingPage, answerPaths, answerAgents } = sleepOf(manifest, state.app);
  if (!waitingPage && answerPaths.length + answerAgents.length === 0) return base;
  return { ...base, whileAsleep: { waitingPage, answerPaths, answerAgents } };
}

/** What a release's own address gets: that release, which a visitor wakes or starts; never another one. */
function releaseTarget(
  state: AppState,
  release: AppState['releases'][number],
  main: RouteTarget,
  now: number,
): RouteTarget {
  const { app, live, next, split } = state;
  const isLive = live?.releaseId === release.id;
  if (isLive && main.split === undefined) return main;
  const rows = state.instances.filter((row) => row.releaseId === release.id && row.process === 'web');
  const withApp = isLive || split?.deployment.releaseId === release.id;
  if (withApp && main.state === 'asleep') return held(state, release.number, 'asleep');
  const isPast = !withApp && next?.releaseId !== release.id;
  if (isPast && release.hasVolumes)
    return target(state, release.number, 'stopped', needsVolumes(app.name, release.number), []);
  const past = isPast ? { visit: true } : {};
  const serving = rows.filter(isServing);
  if (serving.length > 0) return { ...target(state, release.number, 'serving', null, serving), ...past };
  if (isScaledToZero(app.scale)) return target(state, release.number, 'stopped', scaledToZero(app.name), []);
  const worst = rows.find((row) => row.status === 'crashed' && row.restarts >= crashLoopFrom);
  if (worst !== undefined)
    return target(state, release.number, 'failing', crashLoop(app.name, worst, now), []);
  const isComing =
    withApp ||
    next?.releaseId === release.id ||
    visitedTiers(state, now).awake.some((one) => one.releaseId === release.id);
  if (isComing) return { ...held(state, release.number, 'starting'), ...past };
  if (live === null) return target(state, release.number, 'no-release', null, []);
  return { ...held(state, release.number, 'asleep'), ...past };
}

/** Answers its check, and is not on its way out. */
function isServing(row: Row): boolean {
  return row.status === 'ready' && row.address !== null && row.port !== null;
}

function target(
  state: AppState,
  releaseNumber: number | null,
  kind: RouteTarget['state'],
  message: string | null,
  rows: Row[],
): RouteTarget {
  return {
    appId: state.app.id,
    app: state.app.name,
    releaseNumber,
    state: kind,
    message,
    ...rulesOf(state),
    instances: rows.map((row) => routeOf(state, row)).sort(byId),
  };
}

function routeOf(state: AppState, row: Row): RouteInstance {
  return {
    ...{ instanceId: row.id, address: row.address ?? '', port: row.port ?? 0 },
    ...protocolOf(row),
    ...(state.split !== null && { release: row.release.number }),
  };
}

function byId(a: RouteInstance, b: RouteInstance): number {
  return a.instanceId < b.instanceId ? -1 : 1;
}

/** What an instance speaks, where that is not HTTP/1.1. */
export function protocolOf({ release }: Row): Pick<RouteInstance, 'protocol'> {
  const protocol = release.manifest?.protocol;
  return protocol === undefined ? {} : { protocol };
}

/** Limits on its requests; nothing where there is none. */
function rulesOf({ app, live }: AppState): Pick<RouteTarget, 'concurrency' | 'requestSeconds' | 'bodyBytes'> {
  const manifest = live?.release.manifest ?? null;
  const { concurrency } = webScaleOf(manifest, app);
  const { requestSeconds, bodyBytes } = requestLimits(app, manifest?.limits);
  return {
    ...(concurrency !== null && { concurrency }),
    ...(requestSeconds !== null && { requestSeconds }),
    ...(bodyBytes !== null && { bodyBytes }),
  };
}

function scaledToZero(app: string): string {
  return `The app ${app} is turned off: its owner scaled it to 0 web instances. Scale web to 1 or more to bring it back.`;
}

function needsVolumes(app: string, release: number): string {
  return `v${release} of the app ${app} keeps files in a volume, which one release has at a time. Roll back to it to reach it.`;
}

function crashLoop(app: string, row: Row, now: number): string {
  const seconds = Math.max(0, Math.ceil(((row.nextStartAt?.getTime() ?? now) - now) / 1000));
  return `The app ${app} has ended ${row.restarts} times in a row. ${row.reason ?? ''} ${seconds > 0 ? `The next start is in about ${seconds} s.` : ''}`
    .replace(/\s+/g, ' ')
    .trim();
}
