/** First restart comes this soon; each further one takes twice as long. */
export const firstDelayMs = 500;
/** The longest pause between two starts. */
export const longestDelayMs = 60_000;
/** An instance that answered for this long has recovered: its next crash counts as the first. */
export const healthySpellMs = 60_000;
/** From so many crashes in a row on it is called a crash loop. */
export const crashLoopFrom = 3;

/** Pause before start number `restarts + 1`, after `restarts` restarts in a row: 0.5 s, 1 s, 2 s … 60 s. */
export function restartDelayMs(restarts: number): number {
  // 2 ** 7 already passes the cap; the bound keeps the power finite.
  return Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(Math.max(0, restarts), 16));
}

/**
 * What a crash at `now` (ms) means: how many restarts in a row there have been, and when to start again.
 * `readyAt`: when it last became ready, null if it never did.
 */
export function afterCrash(
  before: { restarts: number; readyAt: number | null },
  now: number,
): { restarts: number; nextStartAt: number } {
  const recovered = before.readyAt !== null && now - before.readyAt >= healthySpellMs;
  const restarts = recovered ? 0 : before.restarts;
  return { restarts: restarts + 1, nextStartAt: now + restartDelayMs(restarts) };
}
