import { YOUNG_MS } from './plan.js';

const EVERY_MS = 15 * 60_000;
/** Short of disk, a collection that freed too little is repeated this soon. */
const PRESSURE_MS = 5 * 60_000;
/** Where nothing happens: for what only time makes old (base images, what one-offs brought), and what no event told. */
const AT_REST_MS = 6 * 3600_000;

/** What decides whether disk is to be collected. */
export interface Occasion {
  /** The disk is short. */
  short: boolean;
  /** When the last collection began. */
  collectedAt: Date;
  /** It ended with an error. */
  failed: boolean;
  /** When the last thing happened after which an image may be in nobody's need; null: nothing ever did. */
  happenedAt: Date | null;
}

/** Why disk is to be collected now; null: it is not. Pure. */
export function collectionDue(occasion: Occasion, now: Date): 'timer' | 'pressure' | null {
  const age = now.getTime() - occasion.collectedAt.getTime();
  if (occasion.short && age > PRESSURE_MS) return 'pressure';
  if (age > AT_REST_MS) return 'timer';
  return age > EVERY_MS && mayFind(occasion, now) ? 'timer' : null;
}

/** It did not get to its end, something happened since, or what was left then for being young is not any more. */
function mayFind({ collectedAt, failed, happenedAt }: Occasion, now: Date): boolean {
  if (failed) return true;
  if (happenedAt === null) return false;
  const aged = new Date(happenedAt.getTime() + YOUNG_MS);
  return happenedAt >= collectedAt || (collectedAt < aged && aged <= now);
}
