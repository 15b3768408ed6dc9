/** Milliseconds to wait before the nth restart in a row (n from 1): doubling from 0.2 s, at most 30 s. */
export function backoffMs(restarts) {
  return Math.min(30_000, 200 * 2 ** Math.max(0, restarts - 1));
}

/** A process that ran this long before it died starts its count of restarts anew. */
export const steadyMs = 60_000;
