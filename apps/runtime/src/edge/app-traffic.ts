import { edgeBuckets } from '#libs/contracts/edge.js';
import type { Traffic } from './traffic.js';

/** What one app's visitors asked for between two readings, over both ways in. */
export interface AppTraffic {
  /** Finished. */
  requests: number;
  /** In flight in the activator now. */
  open: number;
  /**
   * Time that its requests were in flight or waiting, added up: over the span between the readings it is their mean
   * number (Little's law). null: not known.
   */
  busySeconds: number | null;
  /** Of Traefik's direct routes, which tell of a request only when it ends: those that took longer than can be so counted. */
  long: { count: number; seconds: number };
}

/** The longest that a histogram tells apart. */
const longSeconds = edgeBuckets[edgeBuckets.length - 1] ?? 10;

export function appTraffic(read: {
  activator: Traffic | undefined;
  straight: Traffic | undefined;
  open: number;
  demandSeconds: number;
  /** False when a source's counters have no reading before. */
  isKnown: boolean;
}): AppTraffic {
  const { activator, straight, open, demandSeconds, isKnown } = read;
  const direct = straight === undefined ? { shortSeconds: 0, long: none } : splitLong(straight);
  return {
    requests: (activator?.requests ?? 0) + (straight?.requests ?? 0),
    open,
    busySeconds: isKnown ? demandSeconds + direct.shortSeconds : null,
    long: isKnown ? direct.long : none,
  };
}

const none = { count: 0, seconds: 0 };

/**
 * Takes requests of more than 10 s (WebSockets, streams) out of a sum of durations, with their mean. The others'
 * share is at most what their buckets allow.
 */
function splitLong({ buckets, seconds }: Traffic): { shortSeconds: number; long: AppTraffic['long'] } {
  const short = buckets[edgeBuckets.length - 1] ?? 0;
  const count = Math.max(0, (buckets[edgeBuckets.length] ?? 0) - short);
  if (count === 0) return { shortSeconds: seconds, long: none };
  let most = 0;
  edgeBuckets.forEach((bound, index) => {
    most += ((buckets[index] ?? 0) - (buckets[index - 1] ?? 0)) * bound;
  });
  const shortSeconds = Math.min(most, Math.max(0, seconds - count * longSeconds));
  return { shortSeconds, long: { count, seconds: Math.max(longSeconds, (seconds - shortSeconds) / count) } };
}
