import { afterEach, describe, expect, it, vi } from 'vitest';
import { request } from './http.ts';
import { ApiProblem } from './problem.ts';

afterEach(() => vi.unstubAllGlobals());

/** A server that takes every connection and never says a word. */
const silence = (_: string, { signal }: RequestInit) =>
  new Promise<never>((_resolve, reject) =>
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
  );

describe('a request', () => {
  it('that nobody answers ends as out of reach, and not never', async () => {
    vi.stubGlobal('fetch', silence);
    const error = await request('GET', '/apps', { deadlineMs: 5 }).catch((each: unknown) => each);
    expect(error).toBeInstanceOf(ApiProblem);
    expect(error).toMatchObject({ code: 'unreachable' });
  });

  it('that is not wanted any more says so, however little time had passed', async () => {
    vi.stubGlobal('fetch', silence);
    const stop = new AbortController();
    const asked = request('GET', '/apps', { signal: stop.signal }).catch((each: unknown) => each);
    stop.abort();
    expect(await asked).toMatchObject({ name: 'AbortError' });
  });

  it('that writes is repeated with the same key when its answer is lost', async () => {
    const keys: (string | null)[] = [];
    vi.stubGlobal('fetch', (_: string, { headers }: RequestInit) => {
      keys.push(new Headers(headers).get('Idempotency-Key'));
      return keys.length < 2
        ? Promise.reject(new TypeError('gone'))
        : Promise.resolve(Response.json({ ok: 1 }));
    });
    expect(await request('POST', '/apps', { body: {} })).toEqual({ ok: 1 });
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
  });
});
