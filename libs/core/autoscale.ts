import { averageLoad, recentLoad, type LoadMetric, type LoadSample } from '#libs/core/load-window.js';

/** Between how many web instances an app moves, and what one of them should take. */
export interface AutoscaleSettings {
  /** While the app is awake; 1 at least. */
  min: number;
  max: number;
  /** Requests in flight that one instance takes at most; null: no limit. */
  concurrency: number | null;
  /** Requests per second that one instance takes; null: not looked at. */
  requestsPerSecond: number | null;
  /** Processor time in cores that one instance should use; null: not looked at. */
  cores: number | null;
}

/** Times in milliseconds. */
export interface AutoscaleRules {
  stableMs: number;
  panicMs: number;
  /** So many times what the ready instances are meant for, over the panic window, is a panic. */
  panicThreshold: number;
  /** Share of what an instance takes at most that it should have on average. */
  utilization: number;
  /** Concurrency that an instance without a limit is taken to bear. */
  unlimitedConcurrency: number;
  /** Wanted to ready instances, and ready to wanted ones, at most. */
  maxScaleUpRate: number;
  maxScaleDownRate: number;
  /** A lower number must have been wanted for so long. */
  scaleDownDelayMs: number;
}

/**
 * Knative's defaults (config-autoscaler of knative/serving: stable window 60 s, panic window 10 % of it, panic threshold
 * 200 %, target 70 % of the limit or of 100, down rate 2), but for two. The up rate there is 1000, which bounds
 * nothing: here it is 4, as many containers as a host starts at once. The delay there is 0 s: with 30 s, load that comes in
 * waves (`npm run simulate`, flapping) does not stop what it needs again a moment later.
 */
export const autoscaleRules: AutoscaleRules = {
  stableMs: 60_000,
  panicMs: 6_000,
  panicThreshold: 2,
  utilization: 0.7,
  unlimitedConcurrency: 100,
  maxScaleUpRate: 4,
  maxScaleDownRate: 2,
  scaleDownDelayMs: 30_000,
};

export interface AutoscaleState {
  samples: readonly LoadSample[];
  /** When the load was last over the panic threshold; null: no panic. */
  panicAt: number | null;
  /** Most instances that were wanted in this panic. */
  panicMost: number;
  /** What was wanted within the scale-down delay. */
  wishes: readonly { at: number; instances: number }[];
}

/**
 * Nothing is known yet. An app that has several instances begins as in a panic, as Knative's does: until a stable window's
 * worth of load is known none of them is given up.
 */
export function initialAutoscale(instances: number, now: number): AutoscaleState {
  return { samples: [], panicAt: instances > 1 ? now : null, panicMost: instances, wishes: [] };
}

export interface AutoscaleInput {
  now: number;
  /** What came in since the last time; null when that is not known. */
  load: LoadSample | null;
  /** Instances that answer now, and the number that was wanted until now. */
  ready: number;
  wanted: number;
}

/**
 * How many web instances an app is to have. Pure. After Knative's pod autoscaler (KPA; pkg/autoscaler/scaling/autoscaler.go in
 * knative/serving): wanted = ceil(load / target), by the load over the stable window; when the load over the
 * panic window asks for `panicThreshold` times the ready instances, by the larger of both, and never fewer until a
 * stable window has passed without that; each step bounded by rates; lower only once lower was wanted for the whole
 * delay. It differs in that several metrics may be set (the one that asks for most decides), and in that instances
 * which stop being ready do not lower the number: only load does.
 */
export function autoscale(
  settings: AutoscaleSettings,
  input: AutoscaleInput,
  before: AutoscaleState,
  rules: AutoscaleRules = autoscaleRules,
): { instances: number; state: AutoscaleState } {
  const { now, load } = input;
  const samples = recentLoad(load === null ? before.samples : [...before.samples, load], rules.stableMs, now);
  const stable = needed(settings, samples, rules.stableMs, now, rules);
  const panic = needed(settings, samples, rules.panicMs, now, rules);
  if (stable === null) return { instances: clamp(input.wanted, settings), state: { ...before, samples } };

  const ready = Math.max(1, input.ready);
  const most = Math.max(input.wanted, Math.ceil(rules.maxScaleUpRate * ready));
  const least = Math.floor(ready / rules.maxScaleDownRate);
  const bounded = (wanted: number) => clamp(Math.min(Math.max(wanted, least), most), settings);

  const isOver = panic !== null && panic / ready >= rules.panicThreshold;
  const panicAt = isOver ? now : stillPanics(before.panicAt, now, rules) ? before.panicAt : null;
  const calm = bounded(stable);
  const panicMost = panicAt === null ? 0 : Math.max(before.panicMost, calm, bounded(panic ?? 0));
  const wish = clamp(Math.max(calm, panicMost), settings);

  const kept = before.wishes.filter(({ at }) => at > now - rules.scaleDownDelayMs && at <= now);
  const wishes = rules.scaleDownDelayMs > 0 ? [...kept, { at: now, instances: wish }] : [];
  const instances = clamp(Math.max(wish, ...wishes.map((one) => one.instances)), settings);
  return { instances, state: { samples, panicAt, panicMost, wishes } };
}

/** Instances for the load of a window: of all metrics that are set the one that asks for most; null when none is known. */
function needed(
  settings: AutoscaleSettings,
  samples: readonly LoadSample[],
  windowMs: number,
  now: number,
  rules: AutoscaleRules,
): number | null {
  const asked = Object.entries(targetsOf(settings, rules)).flatMap(([metric, target]) => {
    const load = target === null ? null : averageLoad(samples, metric as LoadMetric, windowMs, now);
    return load === null || target === null ? [] : [Math.ceil(load / target)];
  });
  return asked.length === 0 ? null : Math.max(...asked);
}

/** What one instance should have on average. */
export function targetsOf(
  settings: Pick<AutoscaleSettings, LoadMetric>,
  rules: AutoscaleRules = autoscaleRules,
): Record<LoadMetric, number | null> {
  const { concurrency, requestsPerSecond, cores } = settings;
  return {
    concurrency: (concurrency ?? rules.unlimitedConcurrency) * rules.utilization,
    requestsPerSecond: requestsPerSecond === null ? null : requestsPerSecond * rules.utilization,
    cores,
  };
}

function stillPanics(panicAt: number | null, now: number, rules: AutoscaleRules): boolean {
  return panicAt !== null && now - panicAt <= rules.stableMs;
}

/** Between min and max, and never none: putting an app to sleep is another rule's business (sleep.ts). */
function clamp(instances: number, { min, max }: AutoscaleSettings): number {
  return Math.max(1, min, Math.min(max, instances));
}
