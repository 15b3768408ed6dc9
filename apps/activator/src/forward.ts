import { request as httpRequest, type Agent, type ClientRequest, type IncomingMessage } from 'node:http';
import { requestHeaders, responseHeaders } from '#apps/activator/src/forward-headers.js';
import type { Limits } from '#apps/activator/src/limits.js';
import { sendBody } from '#apps/activator/src/send-body.js';
import { openTunnel } from '#apps/activator/src/tunnel.js';
import type { Upstream } from '#apps/activator/src/upstream.js';
import type { Start } from '#apps/activator/src/wakes.js';
import { mayRepeat, type Visit } from '#apps/activator/src/visit.js';

/**
 * How one attempt ended.
 * `answered`: the visitor has the app's answer (whole, or cut where the app cut it). `gone`: the visitor left.
 * `unreachable`: no connection, so nothing was sent. `stale`: a kept connection died before a byte came back, and the
 * request may be repeated. `broken`: the app took the request and gave no valid answer. `too-slow`, `too-large`: past what
 * the app's owner allows, and nothing was answered yet.
 */
export type Attempt =
  | { end: 'answered'; failed: boolean }
  | { end: 'gone' | 'unreachable' | 'stale' | 'broken' | 'too-slow' | 'too-large' };

export interface ForwardOptions {
  limits: Limits;
  scheme: 'http' | 'https';
  /** Agent for requests that need a connection of their own. */
  single: Agent;
  /** Use a new connection even where a kept one would do. */
  fresh: boolean;
  /** How the request found its app. */
  start: Start;
  /** Keeps the visitor with the release that answers; null: nothing to say. */
  setCookie: string | null;
  /** Seconds until the answer must have begun, once the app has the whole request; bytes of its body. Absent: no limit. */
  requestSeconds?: number;
  bodyBytes?: number;
}

/** What an answer says beside what the app said. */
export interface Found {
  start: Start;
  waitedMs: number;
  setCookie: string | null;
}

/** Sends the visit to one instance and streams the answer back. Never rejects. */
export function forward(visit: Visit, upstream: Upstream, options: ForwardOptions): Promise<Attempt> {
  return new Promise((resolve) => {
    let connected = false;
    let answered = false;
    const waitedMs = Number(process.hrtime.bigint() - visit.startedAt) / 1e6;
    const outgoing = dial(visit, upstream, options);
    if (outgoing === null) return resolve({ end: 'broken' });

    let late: NodeJS.Timeout | undefined;
    const finish = (attempt: Attempt) => {
      clearTimeout(late);
      visit.gone.removeEventListener('abort', abandon);
      resolve(attempt);
    };
    const abandon = () => {
      outgoing.destroy();
      finish({ end: 'gone' });
    };
    visit.gone.addEventListener('abort', abandon, { once: true });
    /** Nobody waits for the app any more: the activator answers, unless the app's answer is on its way. */
    const give = (end: 'too-slow' | 'too-large') => {
      outgoing.destroy();
      if (!answered) return finish({ end });
      visit.response.destroy();
    };
    const { requestSeconds } = options;
    if (requestSeconds !== undefined)
      outgoing.once('finish', () => {
        late = setTimeout(() => give('too-slow'), requestSeconds * 1_000);
      });

    outgoing.once('socket', (socket) => {
      const begin = () => {
        connected = true;
        if (!visit.body) return;
        sendBody(visit.request, outgoing, {
          idleMs: options.limits.uploadIdleMs,
          bytes: options.bodyBytes,
          onTooLarge: () => give('too-large'),
        });
      };
      if (socket.connecting) socket.once('connect', begin);
      else begin();
    });
    if (visit.body) outgoing.flushHeaders();
    else outgoing.end();

    outgoing.on('continue', () => {
      if (visit.request.headers.expect !== undefined && !visit.response.headersSent)
        visit.response.writeContinue();
    });
    outgoing.on('information', (information) => relayInformation(visit, information));
    outgoing.once('response', (incoming) => {
      answered = true;
      clearTimeout(late);
      void answer(visit, incoming, { start: options.start, waitedMs, setCookie: options.setCookie }).then(
        (sent) => {
          if (sent === 'invalid') finish({ end: 'broken' });
          else finish({ end: 'answered', failed: sent === 'cut' || (incoming.statusCode ?? 500) >= 500 });
        },
      );
    });
    outgoing.once('upgrade', (incoming, socket, head) => {
      answered = true;
      clearTimeout(late);
      if (visit.tunnel === null) {
        // The app switches protocols though nobody asked it to.
        socket.destroy();
        return finish({ end: 'broken' });
      }
      // From here on the tunnel decides when each side closes: what is on its way must arrive.
      visit.gone.removeEventListener('abort', abandon);
      void openTunnel(visit, incoming, socket, head).then(() => finish({ end: 'answered', failed: false }));
    });
    outgoing.on('error', () => {
      // After the answer began, its own stream reports what happened to it.
      if (answered) return;
      if (visit.gone.aborted) finish({ end: 'gone' });
      else if (!connected) finish({ end: 'unreachable' });
      else finish({ end: outgoing.reusedSocket && mayRepeat(visit) ? 'stale' : 'broken' });
    });
  });
}

/** null when the visitor's request line cannot be sent on (characters that HTTP does not allow). */
function dial(visit: Visit, upstream: Upstream, options: ForwardOptions): ClientRequest | null {
  const { request } = visit;
  const pooled = !options.fresh && visit.tunnel === null && mayRepeat(visit);
  try {
    return httpRequest({
      host: upstream.instance.address,
      port: upstream.instance.port,
      method: request.method,
      path: request.url,
      headers: requestHeaders(request, {
        scheme: visit.internal ? 'http' : options.scheme,
        internal: visit.internal,
        upgrade: visit.tunnel !== null,
        chunked: request.headers['transfer-encoding'] !== undefined,
      }),
      agent: pooled ? upstream.pooled : options.single,
      maxHeaderSize: options.limits.headerBytes,
      setHost: false,
    });
  } catch {
    return null;
  }
}

/** Streams the app's answer to the visitor. `invalid`: it has a status or header that HTTP forbids; nothing was sent. */
function answer(visit: Visit, incoming: IncomingMessage, found: Found): Promise<'whole' | 'cut' | 'invalid'> {
  const { response } = visit;
  return new Promise((resolve) => {
    if (response.destroyed) {
      incoming.destroy();
      return resolve('cut');
    }
    try {
      const headers = [...responseHeaders(incoming, { upgrade: false }), ...startHeaders(found)];
      response.writeHead(incoming.statusCode ?? 0, incoming.statusMessage, headers);
    } catch {
      incoming.destroy();
      return resolve('invalid');
    }
    // A stream's first event may come much later than its headers: do not make the visitor wait for both.
    setImmediate(() => {
      if (!response.writableEnded && !response.destroyed) response.flushHeaders();
    });
    incoming.once('end', () => {
      if (incoming.rawTrailers.length > 0) response.addTrailers(asPairs(incoming.rawTrailers));
    });
    // An answer that breaks off must not look complete: cut the visitor's connection as well.
    incoming.once('error', () => response.destroy());
    incoming.once('close', () => {
      if (!incoming.complete) response.destroy();
    });
    response.once('finish', () => resolve('whole'));
    response.once('close', () => {
      if (!incoming.complete) incoming.destroy();
      resolve(response.writableFinished ? 'whole' : 'cut');
    });
    incoming.pipe(response);
  });
}

/** How the app was found, and how long the request waited for it, for people and their browsers' tools. */
export function startHeaders({ start, waitedMs, setCookie }: Found): string[] {
  const headers = ['Berth-Start', start];
  headers.push('Server-Timing', `berth;desc="${start} start";dur=${waitedMs.toFixed(1)}`);
  if (setCookie !== null) headers.push('Set-Cookie', setCookie);
  return headers;
}

function relayInformation(
  visit: Visit,
  information: { statusCode: number; headers: Record<string, unknown> },
): void {
  const { response } = visit;
  if (response.headersSent || visit.request.httpVersionMinor === 0) return;
  if (information.statusCode === 102) response.writeProcessing();
  const link = information.headers.link;
  if (information.statusCode === 103 && typeof link === 'string') response.writeEarlyHints({ link });
}

function asPairs(flat: string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < flat.length; index += 2)
    pairs.push([flat[index] ?? '', flat[index + 1] ?? '']);
  return pairs;
}
