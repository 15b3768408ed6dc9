import type { IncomingMessage } from 'node:http';

/** Headers that belong to one connection, not to the request (RFC 9110, 7.6.1), and what proxies must not pass on. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'transfer-encoding',
  'upgrade',
]);

/** Facts about the visitor that only the platform may state. */
const platformOwned = new Set(['forwarded', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host']);

/** Facts that Traefik states beside them; passed on, but never under another spelling. */
const traefikOwned = ['x-forwarded-port', 'x-forwarded-server', 'x-real-ip'];

/** What a sender's `Connection` cannot take away. Without its length a body would be read as the next request. */
const kept = new Set([...traefikOwned, 'content-length']);

export interface RequestFacts {
  /** What to say for X-Forwarded-Proto when no proxy in front has said it. */
  scheme: 'http' | 'https';
  /** The visitor is a container that speaks to us itself: whatever it says of itself is dropped. */
  internal: boolean;
  /** Pass `Connection: upgrade` and `Upgrade` on. */
  upgrade: boolean;
  /** The body's length is unknown: send it chunked, as it came. */
  chunked: boolean;
}

/**
 * Headers for the app, as Node's flat list: the visitor's own in their order and spelling, without hop-by-hop ones;
 * `X-Forwarded-*` as Traefik set them (or as the connection says, where no Traefik is between) and `Forwarded` made from
 * them, whatever the visitor sent.
 */
export function requestHeaders(request: IncomingMessage, facts: RequestFacts): string[] {
  const dropped = connectionTokens(request.headers.connection);
  const headers: string[] = [];
  for (const [name, value] of pairs(request.rawHeaders)) {
    const lower = name.toLowerCase();
    if (lower === 'host' || hopByHop.has(lower) || platformOwned.has(lower)) continue;
    if (dropped.has(lower) && !kept.has(lower)) continue;
    if (facts.internal && traefikOwned.includes(lower)) continue;
    if (isAlias(lower)) continue;
    if (lower === 'trailer' && !facts.chunked) continue;
    headers.push(name, value);
  }
  const host = request.headers.host ?? '';
  const said = (name: string) => (facts.internal ? undefined : single(request.headers[name]));
  const forwardedFor = said('x-forwarded-for') ?? request.socket.remoteAddress ?? 'unknown';
  const proto = said('x-forwarded-proto') ?? facts.scheme;
  const forwardedHost = said('x-forwarded-host') ?? host;
  headers.unshift('Host', host);
  headers.push(
    'X-Forwarded-For',
    forwardedFor,
    'X-Forwarded-Proto',
    proto,
    'X-Forwarded-Host',
    forwardedHost,
  );
  headers.push('Forwarded', forwarded(forwardedFor, proto, forwardedHost));
  if (single(request.headers.te)?.toLowerCase().includes('trailers')) headers.push('TE', 'trailers');
  if (facts.upgrade) headers.push('Connection', 'Upgrade', 'Upgrade', request.headers.upgrade ?? '');
  if (facts.chunked) headers.push('Transfer-Encoding', 'chunked');
  return headers;
}

/** Headers for the visitor: the app's own in their order and spelling, without hop-by-hop ones unless it switches protocols. */
export function responseHeaders(response: IncomingMessage, options: { upgrade: boolean }): string[] {
  const dropped = connectionTokens(response.headers.connection);
  const headers: string[] = [];
  for (const [name, value] of pairs(response.rawHeaders)) {
    const lower = name.toLowerCase();
    const switching = options.upgrade && (lower === 'connection' || lower === 'upgrade');
    if (!switching && (hopByHop.has(lower) || dropped.has(lower))) continue;
    headers.push(name, value);
  }
  return headers;
}

/** Does the request carry a body? (RFC 9112, 6.3: by its headers alone.) */
export function hasBody(request: IncomingMessage): boolean {
  const length = request.headers['content-length'];
  return request.headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}

/** RFC 7239: one element per hop; the first one, the visitor's, carries protocol and host. */
export function forwarded(forwardedFor: string, proto: string, host: string): string {
  const hops = forwardedFor.split(',').map((hop) => `for=${node(hop.trim())}`);
  hops[0] = `${hops[0]};host=${quoted(host)};proto=${quoted(proto)}`;
  return hops.join(', ');
}

function node(address: string): string {
  return address.includes(':') && !address.startsWith('[') ? quoted(`[${address}]`) : quoted(address);
}

function quoted(value: string): string {
  return /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(value) ? value : `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
}

/**
 * CGI, WSGI, PHP and their like read `X_Forwarded_For` and `X.Forwarded.For` as the header that the platform owns:
 * no spelling of an owned name but the true one goes through.
 */
function isAlias(lower: string): boolean {
  const dashed = lower.replaceAll(/[^a-z0-9]/g, '-');
  return dashed !== lower && (platformOwned.has(dashed) || traefikOwned.includes(dashed));
}

function connectionTokens(header: string | undefined): Set<string> {
  return new Set((header ?? '').split(',').map((token) => token.trim().toLowerCase()));
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}

function* pairs(flat: string[]): Generator<[string, string]> {
  for (let index = 0; index + 1 < flat.length; index += 2) yield [flat[index] ?? '', flat[index + 1] ?? ''];
}
