import { steadyNow } from '#libs/core/steady-clock.js';

/**
 * Waits until `probe` gives a value other than undefined, null or false, asking every `everyMs`.
 * Throws, with `what` and the last error, once `timeoutMs` has passed or the signal aborts.
 */
export async function waitFor<T>(
  what: string,
  probe: () => Promise<T | undefined | null | false> | T | undefined | null | false,
  options: { timeoutMs: number; everyMs?: number; signal?: AbortSignal },
): Promise<T> {
  const deadline = steadyNow() + options.timeoutMs;
  let last: unknown;
  for (;;) {
    options.signal?.throwIfAborted();
    try {
      const value = await probe();
      if (value !== undefined && value !== null && value !== false) return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (steadyNow() >= deadline) {
      throw new Error(`Waited ${options.timeoutMs} ms for ${what}, in vain.`, { cause: last });
    }
    await new Promise((resolve) => setTimeout(resolve, options.everyMs ?? 25));
  }
}
