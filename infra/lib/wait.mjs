import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits until `probe` gives something truthy, asking every `everyMs`. Gives that value, or undefined when
 * `timeoutMs` passed. Errors of the probe count as "not yet".
 */
export async function until(probe, { timeoutMs, everyMs = 50, signal }) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    signal?.throwIfAborted();
    const value = await Promise.resolve()
      .then(probe)
      .catch(() => undefined);
    if (value) return value;
    if (Date.now() >= deadline) return undefined;
    await delay(everyMs, undefined, { signal });
  }
}

/** Waits for all, then throws the first error: nothing goes on behind the back of who handles it. */
export async function allOrFirstError(promises) {
  const results = await Promise.allSettled(promises);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}
