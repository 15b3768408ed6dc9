import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { hasBody } from '#apps/activator/src/forward-headers.js';
import { hostKey } from '#apps/activator/src/host-name.js';

/** Whom a request is for, and whose word its forwarding headers are. */
export interface Addressed {
  /** The key of the table; null when it cannot be one. */
  readonly host: string | null;
  /** The name that the visitor used; null when it is none. */
  readonly asked: string | null;
  /** Straight from a container of a team: no Traefik has said who it is. */
  readonly internal: boolean;
}

/** One request of a visitor, from its first byte to the end of its answer. */
export interface Visit extends Addressed {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Set when the visitor asks to switch protocols. */
  readonly tunnel: { socket: Duplex; head: Buffer } | null;
  readonly body: boolean;
  /** Aborts when the visitor leaves before the answer is complete. */
  readonly gone: AbortSignal;
  /** process.hrtime in nanoseconds. */
  readonly startedAt: bigint;
}

/** A visitor from outside names the app by its host. */
export function byHost(request: IncomingMessage): Addressed {
  const host = hostKey(request.headers.host);
  return { host, asked: host, internal: false };
}

/** Starts a visit. Call it before anything else listens to the response. */
export function openVisit(
  request: IncomingMessage,
  response: ServerResponse,
  addressed: Addressed,
  tunnel: Visit['tunnel'] = null,
): Visit {
  const leave = new AbortController();
  const onClose = () => {
    if (!response.writableFinished) leave.abort();
  };
  response.once('close', onClose);
  tunnel?.socket.once('close', onClose);
  return {
    ...addressed,
    request,
    response,
    tunnel,
    body: hasBody(request),
    gone: leave.signal,
    startedAt: process.hrtime.bigint(),
  };
}

/** GET and its like without a body: sending them a second time does nothing that the first time did not. */
export function mayRepeat(visit: Visit): boolean {
  return !visit.body && ['GET', 'HEAD', 'OPTIONS', 'TRACE'].includes(visit.request.method ?? '');
}
