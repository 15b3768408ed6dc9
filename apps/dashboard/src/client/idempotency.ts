import { ApiProblem } from './problem.ts';

/** Waits before the second and third try of a request whose answer never came. */
const PAUSES_MS = [400, 1500];

/** A new key; the server answers a repeated request with the same key as it did the first time. */
export function newIdempotencyKey(): string {
  // crypto.randomUUID is missing on plain-HTTP hosts other than localhost.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Runs a request again when no answer came (the network changed, the api restarts) or its first run is still being answered.
 * Only for requests that may be repeated: reads, and writes that carry an Idempotency-Key.
 */
export async function repeatUntilAnswered<T>(attempt: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (const pause of PAUSES_MS) {
    try {
      return await attempt();
    } catch (error) {
      const again =
        error instanceof ApiProblem && (error.unreachable || error.code === 'idempotency_in_progress');
      if (!again || signal?.aborted) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  return attempt();
}
