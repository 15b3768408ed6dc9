import type { IncomingMessage, OutgoingHttpHeaders, RequestOptions } from 'node:http';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { nodeHttp, nodeHttps, nodeTls } from '../node-modules.js';
import { connectHere, isLoopbackName, lookup } from './localhost.js';
import { proxyAuthorization, proxyFor } from './proxy.js';

export interface Sending {
  method: string;
  url: URL;
  headers: OutgoingHttpHeaders;
  body?: string | Readable;
  /** Silence of this long ends the request; 0: never. */
  idleMs: number;
  signal?: AbortSignal;
  env: Readonly<Record<string, string | undefined>>;
}

/** How long a connection may take to come about. */
const CONNECT_MS = 10_000;

/**
 * One HTTP request over node:http, because fetch of Node 20 can neither be told how to look a name up, nor goes through a proxy,
 * nor tells how far an upload is. Resolves with the head of the answer; rejects with the error of the connection.
 */
export async function send(sending: Sending): Promise<IncomingMessage> {
  const { url, env } = sending;
  const proxy = proxyFor(url, env);
  if (proxy === null) return exchange(sending, { protocol: url.protocol, ...target(url), ...directly(url) });
  const auth = proxyAuthorization(proxy);
  if (url.protocol === 'http:')
    return exchange(sending, {
      protocol: proxy.protocol,
      ...target(proxy),
      path: url.href,
      headers: { host: url.host, ...(auth !== null && { 'proxy-authorization': auth }) },
    });
  const socket = await tunnel(url, proxy, auth, sending.signal);
  const own = { agent: undefined, createConnection: () => secured(socket, url) };
  return exchange(sending, { protocol: 'https:', ...target(url), ...own });
}

/** Only without an agent is a connection of one's own taken. */
function directly(url: URL): RequestOptions {
  if (url.protocol !== 'http:' || !isLoopbackName(url.hostname)) return {};
  return {
    agent: undefined,
    createConnection: (_, done) => {
      connectHere(Number(url.port || 80)).then(
        (socket) => done(null, socket),
        (error: Error) => done(error, undefined as never),
      );
      return undefined;
    },
  };
}

function target(url: URL): RequestOptions {
  return {
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port || (url.protocol === 'https:' ? 443 : 80),
    path: `${url.pathname}${url.search}`,
    lookup,
  };
}

function exchange(sending: Sending, options: RequestOptions): Promise<IncomingMessage> {
  const { method, headers, body, idleMs, signal } = sending;
  const start = options.protocol === 'https:' ? nodeHttps().request : nodeHttp().request;
  return new Promise((resolve, reject) => {
    const request = start({
      agent: false,
      ...options,
      method,
      headers: { ...headers, ...(options.headers as OutgoingHttpHeaders | undefined) },
      signal,
      timeout: CONNECT_MS,
    });
    const quiet = (): void => void request.destroy(new TimeoutError(idleMs));
    request.once('timeout', () => request.destroy(new TimeoutError(CONNECT_MS)));
    request.once('socket', (socket: Socket) => {
      const connected = (): void => {
        request.removeAllListeners('timeout');
        request.setTimeout(idleMs, quiet);
      };
      if (socket.connecting) socket.once('connect', connected);
      else connected();
    });
    request.once('response', resolve);
    // A server that refuses an upload answers while we still send: the answer counts, not the broken pipe after it.
    request.on('error', reject);
    if (body === undefined || typeof body === 'string') request.end(body);
    else {
      body.once('error', (error) => request.destroy(error));
      body.pipe(request);
    }
  });
}

/** A connection through a proxy to a host of its choice. */
export function tunnel(url: URL, proxy: URL, auth: string | null, signal?: AbortSignal): Promise<Socket> {
  const authority = `${url.hostname}:${url.port || (url.protocol === 'https:' ? 443 : 80)}`;
  const start = proxy.protocol === 'https:' ? nodeHttps().request : nodeHttp().request;
  return new Promise((resolve, reject) => {
    const request = start({
      ...target(proxy),
      agent: false,
      method: 'CONNECT',
      path: authority,
      headers: { host: authority, ...(auth !== null && { 'proxy-authorization': auth }) },
      timeout: CONNECT_MS,
      signal,
    });
    request.once('timeout', () => request.destroy(new TimeoutError(CONNECT_MS)));
    request.once('error', reject);
    request.once('connect', (answer, socket) => {
      if (answer.statusCode === 200) return resolve(socket as Socket);
      socket.destroy();
      const message = `The proxy ${proxy.host} answered ${answer.statusCode} to CONNECT.`;
      reject(Object.assign(new Error(message), { code: 'PROXY_REFUSED' }));
    });
    request.end();
  });
}

/** TLS with a host, over a connection to it. */
export function secured(socket: Socket, { hostname }: URL): TLSSocket {
  const host = hostname.replace(/^\[|\]$/g, '');
  // An address is no name to ask for, but the certificate has to be of it.
  const isAddress = /:|^[\d.]+$/.test(host);
  return nodeTls().connect({ socket, host, ...(!isAddress && { servername: host }) });
}

/** Nothing came for too long. */
export class TimeoutError extends Error {
  readonly code = 'ETIMEDOUT';

  constructor(ms: number) {
    super(`no answer within ${Math.round(ms / 1000)} s`);
  }
}
