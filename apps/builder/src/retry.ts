import { setTimeout as delay } from 'node:timers/promises';
import { BerthError } from '#libs/core/errors.js';

/** Faults of the parts that Berth stands on, not of the app: worth another try. */
const PASSING = new Set(['engine_unreachable', 'engine_failed', 'registry_unreachable']);

/** Pauses between tries, in milliseconds: half a minute in all, enough for a part to be restarted. */
const PAUSES = [500, 1000, 2000, 4000, 8000, 15_000];

/** Repeats `work` while a part of the platform is away. Throws the last error, or the signal's reason. */
export async function whilePartsAreAway<T>(
  work: () => Promise<T>,
  options: {
    signal: AbortSignal;
    onRetry: (error: BerthError, inMs: number) => void;
    pauses?: readonly number[];
  },
): Promise<T> {
  for (const pause of options.pauses ?? PAUSES) {
    try {
      return await work();
    } catch (error) {
      options.signal.throwIfAborted();
      if (!(error instanceof BerthError) || !PASSING.has(error.code)) throw error;
      options.onRetry(error, pause);
    }
    await delay(pause, undefined, { signal: options.signal }).catch(() => options.signal.throwIfAborted());
  }
  return work();
}
