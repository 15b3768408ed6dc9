import { problemOf, unreachable } from './problem.ts';

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** What a write carries so that another site cannot forge it. */
export const csrfHeaders = { 'X-Berth-Csrf': '1' } as const;

/**
 * One request to `/v1`. Answers the parsed body (undefined for 204); throws `ApiProblem`. The shapes of bodies are those
 * of libs/contracts, kept by the server's own schemas.
 */
export async function request<T>(
  method: Method,
  path: string,
  options: { body?: unknown; signal?: AbortSignal | undefined } = {},
): Promise<T> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(`/v1${path}`, {
      method,
      credentials: 'same-origin',
      headers: {
        Accept: 'application/json',
        ...(method === 'GET' ? {} : csrfHeaders),
        ...(options.body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      body: options.body === undefined ? null : JSON.stringify(options.body),
      signal: options.signal ?? null,
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
