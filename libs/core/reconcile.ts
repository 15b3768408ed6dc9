import type { InstanceStatus } from './instance-status.js';
import type { SleepTier } from './sleep.js';

/** A deployment whose release is to run: so many instances of each process type. */
export interface RunTarget {
  deploymentId: string;
  releaseId: string;
  /** Process type to wanted number; none below 1. */
  processes: Record<string, number>;
  /** Its release command has to succeed before anything else of it is started. */
  command?: boolean;
  /** Names of the volumes that its instances have. */
  volumes?: readonly string[];
}

/** What an app should be. */
export interface DesiredApp {
  deleted: boolean;
  /** The release that visitors get. */
  live: RunTarget | null;
  /** The release that is being started to become the live one. */
  next: RunTarget | null;
  /** Gets a share of the visitors beside the live one, and sleeps and wakes with it. */
  split?: RunTarget | null;
  /** Releases of the past that somebody visits by their own address: awake while they are listed. */
  visited?: RunTarget[];
  /** Progressive delivery of `next`: `due` before it gets its first share of the visitors, `under-way` until all steps are passed. */
  trial?: 'due' | 'under-way' | null;
  /** Deployments whose web instances are kept frozen until then (ms): they are back at once for a rollback or a visitor. */
  spares: { deploymentId: string; until: number }[];
  /** How deep the live release's web instances sleep. The one that is being started is always awake. */
  tier: SleepTier;
}

/** One-offs, which alone end so, are not the reconciler's: libs/core/one-off.ts. */
export type KeptStatus = Exclude<InstanceStatus, 'ended'>;

/** What an instance is: its row, its container, and what this runtime is doing with it. */
export interface ObservedInstance {
  id: string;
  deploymentId: string | null;
  releaseId: string;
  process: string;
  status: KeptStatus;
  container: 'none' | 'created' | 'running' | 'frozen' | 'ended';
  /** A task of this runtime works on it. */
  busy: boolean;
  /** When a crashed one may start again (ms). */
  nextStartAt: number | null;
  /** A route that may still be in force names its address. */
  routed: boolean;
  /** It was asked to be restarted: another one is to take its place. */
  outgoing: boolean;
  /** Names of the volumes that it has. */
  volumes: readonly string[];
  createdAt: number;
}

export type Action =
  /** Write a row for a new instance. */
  | { do: 'add'; deploymentId: string; releaseId: string; process: string }
  /** Take a frozen instance of the same release back instead of adding one. */
  | { do: 'wake'; instanceId: string; deploymentId: string }
  /** Count a ready instance of the same release, that ran beside the live one, for the deployment that is to go live. */
  | { do: 'adopt'; instanceId: string; deploymentId: string }
  /** Image, create, attach, start, wait until ready (the release command: until it has ended); or go on where that was left. */
  | { do: 'run'; instanceId: string }
  /** A ready instance of the live release ended by itself. */
  | { do: 'crashed'; instanceId: string }
  /** An instance of the release that is being started ended after it had been ready. */
  | { do: 'fail'; deploymentId: string; instanceId: string }
  /** Stop working on an instance that nobody wants any more. */
  | { do: 'abort'; instanceId: string }
  /** Mark as draining: it gets no new requests from the next route table on. */
  | { do: 'retire'; instanceId: string }
  /** The app sleeps: make sure that nobody uses the instance, then freeze it. */
  | { do: 'freeze'; instanceId: string }
  /** A frozen instance goes on, let by the edge for a visitor, and nobody has said so: its route goes first, then it is judged. */
  | { do: 'unroute'; instanceId: string }
  /** The app is awake: let a frozen instance go on. */
  | { do: 'thaw'; instanceId: string }
  /** Wait until nothing is in flight, then freeze it: it is kept for a rollback. */
  | { do: 'rest'; instanceId: string }
  /** Wait until nothing is in flight, stop, remove, release the address. */
  | { do: 'end'; instanceId: string }
  /** Everything wanted of it is ready: give it its first share of the visitors. */
  | { do: 'begin-trial'; deploymentId: string }
  /** Everything wanted of it is ready: make it the live one. */
  | { do: 'go-live'; deploymentId: string };

/** What ends with a container that runs. */
const starts: ReadonlySet<Action['do']> = new Set(['add', 'run', 'thaw']);

/**
 * One look at an app: what to do now so that what is comes closer to what should be. Pure: the same input gives the
 * same actions, and once they are carried out (and no task is under way) there is nothing left to do.
 *
 * A volume is one release's at a time: of targets that share one the first in line alone is brought about, once nothing else has that volume any more.
 */
export function decide(desired: DesiredApp, instances: ObservedInstance[], now: number): Action[] {
  const next = desired.next?.command ? commandFirst(desired.next) : desired.next;
  const targets = desired.deleted ? [] : withoutRivals(targetsOf(desired, next), next);
  const wanted = new Set<string>();
  const actions: Action[] = [];
  for (const target of targets) {
    const isNext = target === next;
    const asleep = (target === desired.live || target === desired.split) && desired.tier !== 'running';
    const kept = keepOf(target, instances).filter((one) => !asleep || mayStay(one, desired.tier));
    for (const instance of kept) wanted.add(instance.id);
    const lasting = kept.filter((one) => !one.outgoing);
    const adopted = isNext ? adoptable(target, desired, lasting, instances) : [];
    const woken =
      target === desired.live || asleep ? [] : wakeable(target, [...lasting, ...adopted], instances);
    for (const instance of [...adopted, ...woken]) wanted.add(instance.id);
    actions.push(...adopted.map(({ id }) => take('adopt', id, target)));
    actions.push(...woken.map(({ id }) => take('wake', id, target)));
    const steps = [
      ...missing(asleep ? withoutWeb(target) : target, [...lasting, ...adopted, ...woken]),
      ...kept.flatMap((instance) =>
        asleep && instance.process === 'web' ? settle(instance) : advance(instance, target, isNext, now),
      ),
    ];
    const mustWait = instances.some(
      (one) => holdsVolumeOf(target, one) && ![...kept, ...adopted].includes(one),
    );
    actions.push(...steps.filter((action) => !mustWait || !starts.has(action.do)));
    if (isNext && !target.command && isComplete(target, kept))
      actions.push(...onward(target, desired, targets));
  }
  const leaving = instances.filter((instance) => !wanted.has(instance.id));
  return [...actions, ...leaving.flatMap((one) => dismiss(one, desired, now))];
}

/** What is to run now: no release twice, since what runs beside the live one is taken over by a deployment of the same release. */
function targetsOf({ live, split, visited }: DesiredApp, next: RunTarget | null): RunTarget[] {
  const seen = new Set<string>();
  const beside = [split, ...(visited ?? [])].filter((target) => {
    if (!target || [live, next].some((one) => one?.releaseId === target.releaseId)) return false;
    if (seen.has(target.deploymentId)) return false;
    seen.add(target.deploymentId);
    return true;
  });
  return [live, next, ...beside].filter((target) => target !== null && target !== undefined);
}

/** Without those that share a volume with one that comes before: what is being started, then what is live, then what runs beside it. */
function withoutRivals(targets: RunTarget[], next: RunTarget | null): RunTarget[] {
  const inLine = [...targets].sort((a, b) => Number(b === next) - Number(a === next));
  return targets.filter((target) => {
    const before = inLine.slice(0, inLine.indexOf(target));
    return !before.some((one) => shareVolume(one.volumes, target.volumes));
  });
}

/** Have two releases a volume in common, so that only one of them may run? */
export function shareVolume(one: readonly string[] = [], other: readonly string[] = []): boolean {
  return one.some((name) => other.includes(name));
}

/** Has it, or may it have, one of the target's volumes? */
function holdsVolumeOf({ volumes }: RunTarget, instance: ObservedInstance): boolean {
  return instance.status !== 'stopped' && shareVolume(volumes, instance.volumes);
}

/** A release that is complete goes live, unless it has to show first, beside the live one, that it does well. */
function onward({ deploymentId }: RunTarget, { trial, live }: DesiredApp, targets: RunTarget[]): Action[] {
  if (!trial || live === null || !targets.includes(live)) return [{ do: 'go-live', deploymentId }];
  return trial === 'due' ? [{ do: 'begin-trial', deploymentId }] : [];
}

/** Of a release whose command has not succeeded yet, that alone. */
function commandFirst(target: RunTarget): RunTarget {
  return { ...target, processes: { release: 1 } };
}

/** When a crashed instance is to be started next, ms; null when none waits. The caller looks again then. */
export function nextLookAt(instances: ObservedInstance[], now: number): number | null {
  const times = instances
    .filter((instance) => instance.status === 'crashed' && !instance.busy)
    .map((instance) => instance.nextStartAt ?? now);
  return times.length === 0 ? null : Math.min(...times);
}

/**
 * Instances that count for the target: of its deployment, not leaving, at most as many as wanted; the best first. Beside them
 * those that are to be restarted and still serve, as long as too few others are ready; with volumes they go first.
 */
function keepOf(target: RunTarget, instances: ObservedInstance[]): ObservedInstance[] {
  return Object.entries(target.processes).flatMap(([process, count]) => {
    const own = instances
      .filter((instance) => instance.deploymentId === target.deploymentId && instance.process === process)
      .filter((instance) => instance.status !== 'draining' && instance.status !== 'stopped')
      .filter((instance) => !isLostInSleep(instance))
      .sort(betterFirst);
    const lasting = own.filter((instance) => !instance.outgoing).slice(0, count);
    const serving = own.filter(
      ({ outgoing, status, volumes }) => outgoing && status === 'ready' && volumes.length === 0,
    );
    return [...lasting, ...serving.slice(0, Math.max(0, count - lasting.filter(isReady).length))];
  });
}

function isReady({ status, container }: ObservedInstance): boolean {
  return status === 'ready' && container === 'running';
}

/** What of a sleeping app is not let go: other processes never sleep, and a frozen tier keeps what can be frozen. */
function mayStay(instance: ObservedInstance, tier: SleepTier): boolean {
  if (instance.process !== 'web') return true;
  return tier === 'frozen' && instance.status !== 'crashed' && !isLostInSleep(instance);
}

/** Frozen by its row, but there is nothing left to thaw (the host was restarted, or ran out of memory). One that is being woken is judged later. */
function isLostInSleep({ status, container, busy }: ObservedInstance): boolean {
  return !busy && status === 'frozen' && container !== 'frozen' && container !== 'running';
}

function withoutWeb(target: RunTarget): RunTarget {
  const { web: _, ...processes } = target.processes;
  return { ...target, processes };
}

const worth: Record<KeptStatus, number> = {
  ready: 5,
  frozen: 4.5,
  starting: 4,
  creating: 3,
  crashed: 2,
  draining: 1,
  stopped: 0,
};

/** Scaling down takes what serves least, and of equals the youngest. */
function betterFirst(a: ObservedInstance, b: ObservedInstance): number {
  return worth[b.status] - worth[a.status] || a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1);
}

/** Frozen instances of the target's own release, as many as it lacks. */
function wakeable(
  target: RunTarget,
  kept: ObservedInstance[],
  instances: ObservedInstance[],
): ObservedInstance[] {
  return Object.entries(target.processes).flatMap(([process, count]) => {
    const have = kept.filter((instance) => instance.process === process).length;
    return instances
      .filter((one) => one.status === 'draining' && one.container === 'frozen' && !one.busy && !one.routed)
      .filter((one) => !one.outgoing && one.volumes.length === 0)
      .filter((one) => one.releaseId === target.releaseId && one.process === process)
      .slice(0, Math.max(0, count - have));
  });
}

/** Ready instances of the same release that ran beside the live one (a split, a visited release), as many as it lacks. */
function adoptable(
  target: RunTarget,
  { live }: DesiredApp,
  kept: ObservedInstance[],
  instances: ObservedInstance[],
): ObservedInstance[] {
  // A release that is live and deployed again is to be started anew.
  if (live?.releaseId === target.releaseId || target.command) return [];
  return Object.entries(target.processes).flatMap(([process, count]) => {
    const have = kept.filter((instance) => instance.process === process).length;
    return instances
      .filter((one) => isReady(one) && !one.busy && !one.outgoing)
      .filter((one) => one.releaseId === target.releaseId && one.process === process)
      .filter((one) => one.deploymentId !== target.deploymentId && one.deploymentId !== live?.deploymentId)
      .slice(0, Math.max(0, count - have));
  });
}

function take(how: 'wake' | 'adopt', instanceId: string, { deploymentId }: RunTarget): Action {
  return { do: how, instanceId, deploymentId };
}

function missing(target: RunTarget, kept: ObservedInstance[]): Action[] {
  const { deploymentId, releaseId } = target;
  return Object.entries(target.processes).flatMap(([process, count]) => {
    const have = kept.filter((instance) => instance.process === process).length;
    return Array.from({ length: Math.max(0, count - have) }, () => ({
      do: 'add' as const,
      deploymentId,
      releaseId,
      process,
    }));
  });
}

/** The next thing for an instance that is wanted. */
function advance(instance: ObservedInstance, target: RunTarget, isNext: boolean, now: number): Action[] {
  if (instance.busy) return [];
  switch (instance.status) {
    case 'creating':
    case 'starting':
      return [{ do: 'run', instanceId: instance.id }];
    case 'crashed':
      return (instance.nextStartAt ?? 0) <= now ? [{ do: 'run', instanceId: instance.id }] : [];
    case 'frozen':
      return [{ do: 'thaw', instanceId: instance.id }];
    case 'ready': {
      if (instance.container === 'running') return [];
      if (instance.container === 'frozen') return [{ do: 'thaw', instanceId: instance.id }];
      const { deploymentId } = target;
      return [
        isNext
          ? { do: 'fail', deploymentId, instanceId: instance.id }
          : { do: 'crashed', instanceId: instance.id },
      ];
    }
    default:
      return [];
  }
}

/** The next thing for a web instance of an app that is to be frozen. What is still starting is first brought to its end. */
function settle(instance: ObservedInstance): Action[] {
  const { id: instanceId, status, container } = instance;
  if (instance.busy) return [];
  // The edge names a frozen one so that it can let it go on by itself.
  if (instance.routed)
    return status === 'frozen' && container === 'running' ? [{ do: 'unroute', instanceId }] : [];
  if (status === 'creating' || status === 'starting') return [{ do: 'run', instanceId }];
  if (status === 'frozen' && container === 'frozen') return [];
  if (status === 'ready' && container !== 'running' && container !== 'frozen')
    return [{ do: 'crashed', instanceId }];
  return [{ do: 'freeze', instanceId }];
}

function isComplete(target: RunTarget, kept: ObservedInstance[]): boolean {
  const ready = kept.filter(isReady);
  return Object.entries(target.processes).every(
    ([process, count]) => ready.filter((instance) => instance.process === process).length >= count,
  );
}

/** The next thing for an instance that nobody wants. */
function dismiss(instance: ObservedInstance, desired: DesiredApp, now: number): Action[] {
  if (instance.status === 'stopped') return [];
  if (instance.status === 'draining') {
    if (instance.busy || instance.routed) return [];
    if (!isSpare(instance, desired, now)) return [{ do: 'end', instanceId: instance.id }];
    return instance.container === 'frozen' ? [] : [{ do: 'rest', instanceId: instance.id }];
  }
  return [{ do: instance.busy ? 'abort' : 'retire', instanceId: instance.id }];
}

/**
 * Is it kept for a rollback or a visitor? Only what serves visitors: a frozen worker would be work left undone. And nothing that has files open in a
 * volume which another release writes to.
 */
function isSpare(instance: ObservedInstance, { deleted, spares }: DesiredApp, now: number): boolean {
  return (
    !deleted &&
    spares.some((spare) => now < spare.until && instance.deploymentId === spare.deploymentId) &&
    instance.process === 'web' &&
    instance.volumes.length === 0 &&
    (instance.container === 'running' || instance.container === 'frozen')
  );
}
