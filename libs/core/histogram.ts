/**
 * Cumulative histograms: `counts[i]` observations were at most `bounds[i]`; one count more than bounds, the last is all.
 * The form that Prometheus, Traefik and the activator share.
 */

/**
 * The q-quantile (0 to 1) in the bounds' unit, linear within its bucket; null without observations.
 * In the last, unbounded bucket nothing better than the highest bound is known.
 */
export function quantile(bounds: readonly number[], counts: readonly number[], q: number): number | null {
  const total = counts[bounds.length] ?? 0;
  if (total <= 0) return null;
  const rank = q * total;
  const index = counts.findIndex((count) => count >= rank && count > 0);
  if (index >= bounds.length || index === -1) return bounds.at(-1) ?? null;
  const upper = bounds[index] ?? 0;
  const lower = index === 0 ? 0 : (bounds[index - 1] ?? 0);
  const below = index === 0 ? 0 : (counts[index - 1] ?? 0);
  const inside = (counts[index] ?? 0) - below;
  return inside <= 0 ? upper : lower + (upper - lower) * ((rank - below) / inside);
}

/** What was counted between two readings. A counter that went down was reset: all that it shows is new. */
export function increase(before: readonly number[], after: readonly number[]): number[] {
  const reset = after.some((count, index) => count < (before[index] ?? 0));
  return after.map((count, index) => (reset ? count : count - (before[index] ?? 0)));
}

/** Observations of two histograms with the same bounds together. */
export function together(one: readonly number[], other: readonly number[]): number[] {
  return Array.from(
    { length: Math.max(one.length, other.length) },
    (_, index) => (one[index] ?? 0) + (other[index] ?? 0),
  );
}
