/**
 * Milliseconds to wait before the nth restart in a row: none before that of what ran well (0), then doubling from 0.2 s, at most 30 s; 2 s where it
 * `served` before it died: somebody waits for it.
 */
export function backoffMs(restarts, served = false) {
  if (restarts === 0) return 0;
  return Math.min(served ? 2_000 : 30_000, 200 * 2 ** (restarts - 1));
}

/** A process that ran this long before it died starts its count of restarts anew. */
export const steadyMs = 60_000;
