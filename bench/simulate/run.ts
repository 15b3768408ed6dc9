import { defaultLimits } from '#apps/activator/src/limits.js';
import { autoscaleRules, type AutoscaleRules, type AutoscaleSettings } from '#libs/core/autoscale.js';
import { replay, type ModelApp } from '#bench/simulate/replay.js';
import { berthScaler, fixedScaler, idealScaler, promptScaler, type Scaler } from '#bench/simulate/scalers.js';
import type { Line } from '#bench/simulate/table.js';
import { arrivalsOf, type Trace } from '#bench/simulate/traces.js';

export interface Simulation {
  min: number;
  max: number;
  /** Requests that an instance takes at a time. */
  concurrency: number;
  /** Mean time that an instance works on a request. */
  requestSeconds: number;
  /** From being wanted to answering: a container's start and the app's own. */
  startSeconds: number;
  seed: number;
  rules: AutoscaleRules;
}

export const usual: Simulation = {
  min: 1,
  max: 20,
  concurrency: 10,
  requestSeconds: 0.2,
  startSeconds: 2,
  seed: 1,
  rules: autoscaleRules,
};

/** As the activator holds requests. */
const held = { held: defaultLimits.queuedPerApp, heldSeconds: defaultLimits.holdMs / 1_000 };

/** Replays a trace with Berth's rule, with the quickest that there can be, with an ideal scaler and with the most instances always. */
export function simulate(trace: Trace, how: Simulation): Line[] {
  const settings: AutoscaleSettings = {
    min: how.min,
    max: how.max,
    concurrency: how.concurrency,
    requestsPerSecond: null,
    cores: null,
  };
  const app: ModelApp = { concurrency: how.concurrency, ...held };
  const arrivals = arrivalsOf(trace, how.requestSeconds, how.seed);
  const run = (scaler: Scaler) => replay(arrivals, trace.seconds, scaler, app);
  const ideal = run(idealScaler(settings, arrivals));
  const line = (scaler: string, result: Line['result']): Line => ({
    trace: trace.name,
    scaler,
    seconds: trace.seconds,
    result,
    idealSeconds: ideal.instanceSeconds,
  });
  return [
    line('berth', run(berthScaler(settings, how.startSeconds, how.rules))),
    line('ideal', ideal),
    line(`fixed ${ideal.most}`, run(fixedScaler(ideal.most))),
    line('prompt', run(promptScaler(settings, how.startSeconds, arrivals))),
  ];
}
