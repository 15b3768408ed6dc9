import { exponential, randomOf } from '#bench/simulate/random.js';

/** Load as visitors make it: so many requests per second at each moment. */
export interface Trace {
  name: string;
  seconds: number;
  /** Requests per second at `t` seconds. */
  rate: (t: number) => number;
}

export interface Arrival {
  /** Seconds since the beginning. */
  at: number;
  /** How long an instance works on it. */
  seconds: number;
}

const minute = 60;

export const traces: Trace[] = [
  { name: 'steady', seconds: 15 * minute, rate: () => 100 },
  { name: 'ramp', seconds: 15 * minute, rate: (t) => 10 + (290 * Math.min(t, 10 * minute)) / (10 * minute) },
  { name: 'spike', seconds: 15 * minute, rate: (t) => (t >= 5 * minute && t < 6 * minute ? 250 : 10) },
  // A day in an hour: quiet nights, a wave in the morning and a higher one in the evening.
  { name: 'daily', seconds: 60 * minute, rate: (t) => daily(t / (60 * minute)) },
  { name: 'flapping', seconds: 20 * minute, rate: (t) => (Math.floor(t / 40) % 2 === 0 ? 150 : 10) },
];

function daily(day: number): number {
  const wave = (at: number, width: number) => Math.exp(-(((day - at) / width) ** 2));
  return 5 + 120 * wave(0.4, 0.1) + 220 * wave(0.82, 0.07);
}

/** Requests of a trace: arrivals independent of each other (Poisson), work with the mean given (exponential). */
export function arrivalsOf(trace: Trace, meanSeconds: number, seed: number): Arrival[] {
  const random = randomOf(seed);
  const peak = Math.max(...Array.from({ length: trace.seconds }, (_, t) => trace.rate(t)));
  const arrivals: Arrival[] = [];
  // Thinning: as many as at the peak, of which the part is kept that the rate of the moment says.
  for (let at = exponential(random, 1 / peak); at < trace.seconds; at += exponential(random, 1 / peak)) {
    const kept = random() * peak < trace.rate(at);
    const seconds = exponential(random, meanSeconds);
    if (kept) arrivals.push({ at, seconds });
  }
  return arrivals;
}
