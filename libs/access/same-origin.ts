import type { IncomingHttpHeaders } from 'node:http';
import { BerthError } from '#libs/core/errors.js';

/** Header that a page of our own adds to writes; no form and no foreign page can add one without being asked first. */
export const CSRF_HEADER = 'x-berth-csrf';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses a write that a browser sends with the session cookie unless it comes from the platform's own pages: the browser says
 * so (Sec-Fetch-Site, or Origin in older ones) and our header is there. Tokens need none of this: no browser adds them by itself.
 *
 * @param origin of the platform, e.g. http://berth.localhost:8080
 * Throws `cross_site`.
 */
export function demandSameOrigin(method: string, headers: IncomingHttpHeaders, origin: string): void {
  if (SAFE.has(method)) return;
  if (headers[CSRF_HEADER] !== '1' || !comesFromOurPages(headers, origin))
    throw new BerthError(
      'cross_site',
      'A write with a session cookie must come from the platform’s own pages and carry X-Berth-Csrf: 1; use a token elsewhere.',
    );
}

/** Refuses a sign-in that another site's page sends, so that nobody is signed in as somebody else. Throws `cross_site`. */
export function demandNotForeign(headers: IncomingHttpHeaders, origin: string): void {
  const browser = headers['sec-fetch-site'] !== undefined || headers.origin !== undefined;
  if (browser && !comesFromOurPages(headers, origin))
    throw new BerthError('cross_site', 'Sign in on the platform’s own pages.');
}

/**
 * Refuses a WebSocket that a browser opens with the session cookie from any page but the platform's own: no page has to ask before
 * it opens one, and an app's pages count as the same site. Throws `cross_site`.
 */
export function demandOurPage(headers: IncomingHttpHeaders, origin: string): void {
  if (headers.origin === undefined || !comesFromOurPages(headers, origin))
    throw new BerthError(
      'cross_site',
      'A terminal with a session cookie must be opened by the platform’s own pages; use a token elsewhere.',
    );
}

function comesFromOurPages(headers: IncomingHttpHeaders, origin: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  // Proxies and older browsers: the page's origin is the platform's, or the very host that the request went to.
  if (headers.origin !== undefined)
    return headers.origin === origin || hostOf(headers.origin) === headers.host;
  return site === 'same-origin';
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
