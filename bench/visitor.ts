import { ask } from '#bench/http.js';
import type { Who } from '#bench/bench-app.js';

/**
 * Below the rate at which an app earns a router of its own: the visitor that measures must not change what is measured.
 * Times are up to this much too long, half of it on average.
 */
const everyMs = 55;

interface Where {
  port: number;
  address?: string;
  host?: string;
}

interface Options {
  timeoutMs: number;
  everyMs?: number;
  signal?: AbortSignal;
}

/** Asks again and again, from now on, until an answer satisfies; gives the wall-clock time of that answer. */
export function firstAnswer(where: Where, wanted: (who: Who) => boolean, options: Options): Promise<number> {
  return first(where, (body) => wanted(JSON.parse(body) as Who), options);
}

/** The same of any app whose answer has this text in it. */
export function firstText(where: Where, text: string, options: Options): Promise<number> {
  return first(where, (body) => body.includes(text), options);
}

async function first(where: Where, wanted: (body: string) => boolean, options: Options): Promise<number> {
  const deadline = Date.now() + options.timeoutMs;
  let last = 'no answer';
  while (Date.now() < deadline) {
    options.signal?.throwIfAborted();
    try {
      const answer = await ask({ ...where, timeoutMs: 5_000 });
      const at = now();
      if (answer.status === 200 && wanted(answer.body)) return at;
      last = `${answer.status} ${answer.body.slice(0, 100)}`;
    } catch (error) {
      last = String(error);
    }
    await new Promise((resolve) => setTimeout(resolve, options.everyMs ?? everyMs));
  }
  throw new Error(`The app did not give the wanted answer within ${options.timeoutMs} ms; last: ${last}`);
}

/** Milliseconds since 1970, with fractions; the clock that the platform's own times are on. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
