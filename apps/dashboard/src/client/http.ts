import { newIdempotencyKey, repeatUntilAnswered } from './idempotency.ts';
import { whilePresent } from './presence.ts';
import { problemOf, unreachable } from './problem.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What a write carries so that another site cannot forge it. */
export const csrfHeaders = { 'X-Berth-Csrf': '1' } as const;

/** The api answers sooner or says that work goes on; a connection that died without telling would otherwise be waited for without end. */
const DEADLINE_MS = 30_000;

interface RequestOptions {
  body?: unknown;
  signal?: AbortSignal | undefined;
  /** Milliseconds until what did not answer counts as out of reach. */
  deadlineMs?: number;
}

/**
 * One request to `/v1`. Answers the parsed body (undefined for 204); throws `ApiProblem`. The shapes of bodies are those
 * of libs/contracts, kept by the server's own schemas. POST, PUT and PATCH carry an Idempotency-Key and are repeated when their
 * answer is lost, so a click is done once whatever the network does. Where the session has ended, it waits for the user to be back.
 */
export function request<T>(method: Method, path: string, options: RequestOptions = {}): Promise<T> {
  const repeats = method !== 'GET' && method !== 'DELETE';
  const key: Record<string, string> = repeats ? { 'Idempotency-Key': newIdempotencyKey() } : {};
  const attempt = () => once<T>(method, path, options, key);
  const asked = () => (repeats ? repeatUntilAnswered(attempt, options.signal) : attempt());
  // Who is signed in is asked and told whether somebody is or not.
  return path === '/session' ? asked() : whilePresent(asked, options.signal);
}

async function once<T>(
  method: Method,
  path: string,
  options: RequestOptions,
  headers: Record<string, string>,
): Promise<T> {
  let response: Response;
  let text: string;
  const deadline = AbortSignal.timeout(options.deadlineMs ?? DEADLINE_MS);
  try {
    response = await fetch(`/v1${path}`, {
      method,
      credentials: 'same-origin',
      headers: {
        Accept: 'application/json',
        ...(method === 'GET' ? {} : csrfHeaders),
        ...(options.body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      body: options.body === undefined ? null : JSON.stringify(options.body),
      signal: options.signal ? AbortSignal.any([options.signal, deadline]) : deadline,
    });
    text = await response.text();
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw unreachable(error);
  }
  if (!response.ok) throw problemOf(response.status, text);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** `?a=1&b=2` of the values that are set; empty when none is. */
export function query(values: Record<string, string | number | undefined | null>): string {
  const set = Object.entries(values).filter(
    ([, value]) => value !== undefined && value !== null && value !== '',
  );
  if (set.length === 0) return '';
  return `?${new URLSearchParams(set.map(([key, value]) => [key, String(value)])).toString()}`;
}

/** A path from parts, each escaped. */
export function path(...parts: (string | number)[]): string {
  return `/${parts.map((part) => encodeURIComponent(part)).join('/')}`;
}
