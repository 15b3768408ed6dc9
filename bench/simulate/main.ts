/**
 * `npm run simulate [-- --trace=spike,daily] [--start=2] …`: replays load against the autoscaler's rule and prints
 * instances, waits and cost beside an ideal scaler's. Needs no platform; takes seconds.
 */
import { parseArgs } from 'node:util';
import { autoscaleRules } from '#libs/core/autoscale.js';
import { simulate, usual, type Simulation } from '#bench/simulate/run.js';
import { table } from '#bench/simulate/table.js';
import { traces } from '#bench/simulate/traces.js';

const number = { type: 'string' } as const;
const { values } = parseArgs({
  options: {
    trace: { type: 'string' },
    min: number,
    max: number,
    concurrency: number,
    'request-ms': number,
    start: number,
    seed: number,
    'stable-s': number,
    'panic-s': number,
    'delay-s': number,
    'up-rate': number,
    'down-rate': number,
  },
});

const given = (name: Exclude<keyof typeof values, 'trace'>, fallback: number): number => {
  const value = values[name] === undefined ? fallback : Number(values[name]);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new Error(`--${name} is a number, 0 or more.`);
};

const how: Simulation = {
  min: given('min', usual.min),
  max: given('max', usual.max),
  concurrency: given('concurrency', usual.concurrency),
  requestSeconds: given('request-ms', usual.requestSeconds * 1_000) / 1_000,
  startSeconds: given('start', usual.startSeconds),
  seed: given('seed', usual.seed),
  rules: {
    ...autoscaleRules,
    stableMs: given('stable-s', autoscaleRules.stableMs / 1_000) * 1_000,
    panicMs: given('panic-s', autoscaleRules.panicMs / 1_000) * 1_000,
    scaleDownDelayMs: given('delay-s', autoscaleRules.scaleDownDelayMs / 1_000) * 1_000,
    maxScaleUpRate: given('up-rate', autoscaleRules.maxScaleUpRate),
    maxScaleDownRate: given('down-rate', autoscaleRules.maxScaleDownRate),
  },
};

const names = values.trace?.split(',');
const chosen = traces.filter(({ name }) => names?.includes(name) ?? true);
if (chosen.length === 0)
  throw new Error(`There is no such trace; there are ${traces.map(({ name }) => name).join(', ')}.`);

console.log(
  `An instance takes ${how.concurrency} requests at a time, works ${how.requestSeconds * 1_000} ms on each (mean) and needs ${how.startSeconds} s to start; ${how.min} to ${how.max} instances.\n`,
);
console.log(table(chosen.flatMap((trace) => simulate(trace, how))));
console.log(
  '\nideal: knows what will come and starts in no time. prompt: takes all it may have when load shows, and has to start them. fixed: the most that the ideal ever had, always.',
);
