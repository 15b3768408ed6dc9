import type { IncomingMessage } from 'node:http';
import { cookieOf } from '#apps/activator/src/cookies.js';

/** Both say it: a header for programs and the pages' own requests, a cookie for everything else that a page loads. */
export const pinHeader = 'berth-release';
export const pinCookie = 'berth-release';

/**
 * The release that a page which was made by an older one asks for (`v12` or `12`): its own, so that the two still fit. null: none,
 * or nothing that can be one. The header wins.
 */
export function pinnedRelease({ headers }: IncomingMessage): number | null {
  const header = headers[pinHeader];
  const said = typeof header === 'string' ? header : cookieOf(headers.cookie, pinCookie);
  const [, number] = /^v?([1-9]\d{0,8})$/.exec(said ?? '') ?? [];
  return number === undefined ? null : Number(number);
}
