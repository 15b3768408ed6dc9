import {
  autoscale,
  autoscaleRules,
  initialAutoscale,
  type AutoscaleRules,
  type AutoscaleSettings,
} from '#libs/core/autoscale.js';
import type { Arrival } from '#bench/simulate/traces.js';

/** Says every `tickSeconds` how many instances there are to be. */
export interface Scaler {
  name: string;
  /** How long an instance takes from being wanted to answering. */
  startSeconds: number;
  decide: (now: { seconds: number; ready: number; wanted: number; concurrency: number }) => number;
}

/** As often as the runtime takes its rates (apps/runtime/src/edge/busy-watch.ts). */
export const tickSeconds = 2;

/** The rule that the runtime goes by. */
export function berthScaler(
  settings: AutoscaleSettings,
  startSeconds: number,
  rules: AutoscaleRules = autoscaleRules,
  name = 'berth',
): Scaler {
  let state = initialAutoscale(Math.max(1, settings.min), 0);
  return {
    name,
    startSeconds,
    decide: ({ seconds, ready, wanted, concurrency }) => {
      const now = seconds * 1_000;
      const load = { at: now, seconds: tickSeconds, concurrency, requestsPerSecond: null, cores: null };
      const next = autoscale(settings, { now, load, ready, wanted }, state, rules);
      state = next.state;
      return next.instances;
    },
  };
}

/**
 * What none can beat: knows all that will come and starts in no time. Between two ticks it has just so many instances
 * that nobody waits (as far as `max` allows), which is the least cost without a wait.
 */
export function idealScaler(settings: AutoscaleSettings, arrivals: readonly Arrival[]): Scaler {
  const needed = neededAt(settings, arrivals);
  return { name: 'ideal', startSeconds: 0, decide: ({ seconds }) => needed(seconds) };
}

/**
 * What the first wave cannot be quicker than, by any rule that sees load when it is there and whose instances have to start: at the first
 * reading that shows too few it takes all that it may have. It gives back as soon, so that every wave is a first one.
 */
export function promptScaler(
  settings: AutoscaleSettings,
  startSeconds: number,
  arrivals: readonly Arrival[],
): Scaler {
  const needed = neededAt(settings, arrivals);
  return {
    name: 'prompt',
    startSeconds,
    decide: ({ seconds, ready, wanted }) => {
      const seen = needed(seconds - tickSeconds);
      return seen > ready || wanted > ready ? settings.max : seen;
    },
  };
}

/** How many instances it takes, in the tick that begins then, that nobody waits. */
function neededAt(settings: AutoscaleSettings, arrivals: readonly Arrival[]): (seconds: number) => number {
  const peaks = peakConcurrency(arrivals);
  const limit = settings.concurrency ?? autoscaleRules.unlimitedConcurrency;
  return (seconds) => {
    const needed = Math.ceil((peaks[Math.round(seconds / tickSeconds)] ?? 0) / limit);
    return Math.max(1, settings.min, Math.min(settings.max, needed));
  };
}

/** The most instances, always: what the waits are without scaling. */
export function fixedScaler(instances: number): Scaler {
  return { name: `fixed ${instances}`, startSeconds: 0, decide: () => instances };
}

/** Most requests in flight at once in each tick, were there always an instance for each. */
function peakConcurrency(arrivals: readonly Arrival[]): number[] {
  const changes = arrivals
    .flatMap(({ at, seconds }) => [
      { at, by: 1 },
      { at: at + seconds, by: -1 },
    ])
    .sort((a, b) => a.at - b.at || a.by - b.by);
  const peaks: number[] = [];
  let inFlight = 0;
  let reached = 0;
  for (const { at, by } of changes) {
    const tick = Math.floor(at / tickSeconds);
    // Ticks without a change have what was in flight before.
    for (; reached <= tick; reached += 1) peaks[reached] = inFlight;
    inFlight += by;
    peaks[tick] = Math.max(peaks[tick] ?? 0, inFlight);
  }
  return peaks;
}
