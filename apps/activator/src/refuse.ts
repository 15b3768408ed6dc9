import type { Refusal } from '#apps/activator/src/refusal.js';
import { refusalPage, refusalPolicy } from '#apps/activator/src/refusal-page.js';
import type { Visit } from '#apps/activator/src/visit.js';

/** Answers in the visitor's language: a page for browsers, an RFC 9457 problem document for everything else. */
export function refuse(visit: Visit, refusal: Refusal): void {
  const { request, response } = visit;
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const page = wantsPage(request.headers.accept);
  const body = page ? refusalPage(refusal) : problemDocument(refusal);
  const headers: Record<string, string | number> = {
    'Content-Type': page ? 'text/html; charset=utf-8' : 'application/problem+json',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    'Berth-Error': refusal.code,
    'X-Content-Type-Options': 'nosniff',
    Vary: 'Accept',
  };
  if (page) headers['Content-Security-Policy'] = refusalPolicy;
  if (refusal.retryAfter !== null) headers['Retry-After'] = refusal.retryAfter;
  if (page && refusal.again) headers['Refresh'] = '1';
  // A body that nobody reads would stand before the connection's next request.
  if (visit.body) headers['Connection'] = 'close';
  response.writeHead(refusal.status, headers);
  response.end(body);
}

/** Browsers name text/html; curl, SDKs and fetch() do not. */
export function wantsPage(accept: string | undefined): boolean {
  return (accept ?? '').toLowerCase().includes('text/html');
}

function problemDocument(refusal: Refusal): string {
  const { status, code, title, detail, commands } = refusal;
  return JSON.stringify({
    type: `urn:berth:problem:${code}`,
    title,
    status,
    code,
    detail: [detail, ...commands].join(commands.length > 0 ? '\n' : ' '),
  });
}
