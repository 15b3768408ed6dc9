import { setTimeout as delay } from 'node:timers/promises';
import { BerthError } from '#libs/core/errors.js';
import { isDatabaseAway } from '#libs/store/outage.js';

/** Faults of the parts that Berth stands on, not of the app: worth another try. */
const PASSING = new Set(['engine_unreachable', 'engine_failed', 'engine_stuck', 'registry_unreachable']);

/** Pauses between tries, in milliseconds: half a minute in all, enough for a part to be restarted. */
const PAUSES = [500, 1000, 2000, 4000, 8000, 15_000];

/** A sentence when the error is such a fault, else null. */
function passingFault(error: unknown): string | null {
  if (error instanceof BerthError) return PASSING.has(error.code) ? error.message : null;
  return isDatabaseAway(error) ? 'The database does not answer.' : null;
}

/** Repeats `work` while a part of the platform is away. Throws the last error, or the signal's reason. */
export async function whilePartsAreAway<T>(
  work: () => Promise<T>,
  options: {
    signal: AbortSignal;
    onRetry: (sentence: string) => void;
    pauses?: readonly number[];
  },
): Promise<T> {
  for (const pause of options.pauses ?? PAUSES) {
    try {
      return await work();
    } catch (error) {
      options.signal.throwIfAborted();
      const fault = passingFault(error);
      if (fault === null) throw error;
      options.onRetry(`${fault} Trying again in ${pause / 1000} s.`);
    }
    await delay(pause, undefined, { signal: options.signal }).catch(() => options.signal.throwIfAborted());
  }
  return work();
}
