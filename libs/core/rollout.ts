import { quantile } from './histogram.js';

/** The shares of the visitors that a new release gets one after the other, percent. */
export const rolloutShares = [5, 25, 100] as const;

/** What came in for one release over a span of time. */
export interface ReleaseSample {
  requests: number;
  /** Answers with 5xx, and requests that got none. */
  errors: number;
  /** Cumulative histogram of durations in seconds; one count more than bounds. */
  buckets: number[];
}

export interface RolloutView {
  /** Share that the new release has now. */
  percent: number;
  /** For how long it has had it. */
  sinceMs: number;
  /** Of the new release, since it has this share. */
  fresh: ReleaseSample;
  /** Of the release that it is compared with, since the first share. */
  old: ReleaseSample;
}

export interface RolloutRules {
  /** A share is watched so long at least. */
  stepMs: number;
  /** So many requests of the new release are needed to say that it does well … */
  enoughRequests: number;
  /** … unless so few come that they are not there after so many times `stepMs`. */
  patience: number;
  /** Fewer errors than this prove nothing. */
  fewestErrors: number;
  /** The share of failed requests may be so much higher (0.02: two of a hundred). */
  errorMargin: number;
  /** How sure it must be that the difference is no chance: standard deviations (2.33: 99 %). */
  certainty: number;
  /** p95 may be so many times the old one, plus so many seconds: below that the histogram's bounds are too coarse. */
  latencyFactor: number;
  latencySeconds: number;
}

export const rolloutRules: Omit<RolloutRules, 'stepMs'> = {
  enoughRequests: 20,
  patience: 5,
  fewestErrors: 3,
  errorMargin: 0.02,
  certainty: 2.33,
  latencyFactor: 1.5,
  latencySeconds: 0.05,
};

export type RolloutDecision =
  | { do: 'wait' }
  | { do: 'advance'; percent: number }
  /** Every share was watched: make it the live one. */
  | { do: 'pass' }
  | { do: 'return'; code: 'rollout_errors' | 'rollout_slow'; reason: string };

/**
 * Progressive delivery, one look: go on with the next share, wait, or go back to the old release. Errors are judged at once, the
 * p95 once the time of the step is over. `bounds` are those of the histograms, seconds.
 */
export function decideRollout(
  { percent, sinceMs, fresh, old }: RolloutView,
  bounds: readonly number[],
  rules: RolloutRules,
): RolloutDecision {
  const failing = tooManyErrors(fresh, old, rules);
  if (failing !== null) return { do: 'return', code: 'rollout_errors', reason: failing };
  if (sinceMs < rules.stepMs) return { do: 'wait' };
  const slow = tooSlow(fresh, old, bounds, rules);
  if (slow !== null) return { do: 'return', code: 'rollout_slow', reason: slow };
  const isEnough = fresh.requests >= rules.enoughRequests || sinceMs >= rules.stepMs * rules.patience;
  if (!isEnough) return { do: 'wait' };
  const next = rolloutShares.find((share) => share > percent);
  return next === undefined ? { do: 'pass' } : { do: 'advance', percent: next };
}

/** A sentence when the new release fails more often than the old one, and not by chance; else null. */
function tooManyErrors(fresh: ReleaseSample, old: ReleaseSample, rules: RolloutRules): string | null {
  if (fresh.errors < rules.fewestErrors || fresh.requests <= 0) return null;
  const now = fresh.errors / fresh.requests;
  const before = old.requests > 0 ? old.errors / old.requests : 0;
  if (now - before <= rules.errorMargin) return null;
  if (old.requests > 0) {
    // Two shares of independent samples, by their common share under the assumption that they are the same.
    const all = (fresh.errors + old.errors) / (fresh.requests + old.requests);
    const spread = Math.sqrt(all * (1 - all) * (1 / fresh.requests + 1 / old.requests));
    if (spread > 0 && (now - before) / spread < rules.certainty) return null;
  }
  return `${share(now)} of its ${fresh.requests} requests failed; of the release before ${share(before)} did.`;
}

/** A sentence when the new release's p95 is well above the old one's; null when it is not, or cannot be told. */
function tooSlow(
  fresh: ReleaseSample,
  old: ReleaseSample,
  bounds: readonly number[],
  rules: RolloutRules,
): string | null {
  if (Math.min(fresh.requests, old.requests) < rules.enoughRequests) return null;
  const now = quantile(bounds, fresh.buckets, 0.95);
  const before = quantile(bounds, old.buckets, 0.95);
  if (now === null || before === null) return null;
  if (now <= before * rules.latencyFactor + rules.latencySeconds) return null;
  return `95 of 100 of its requests took up to ${ms(now)}; of the release before up to ${ms(before)}.`;
}

function share(part: number): string {
  return `${(part * 100).toFixed(1)} %`;
}

function ms(seconds: number): string {
  return `${Math.round(seconds * 1_000)} ms`;
}
