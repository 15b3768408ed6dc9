import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RouteTarget } from '#libs/contracts/edge.js';
import { wantsPage } from '#apps/activator/src/refuse.js';

/** A browser waits so long for an app that wakes before it gets the waiting page (if the app has asked for it). */
const pageAfterMs = 2_000;

/**
 * Is the request one that the app's owner wants answered without waking it: an uptime robot, by its path or by a word of its
 * User-Agent? Only what can have no effect, so never a request with a body.
 */
export function isAnsweredAsleep(request: IncomingMessage, rules: RouteTarget['whileAsleep']): boolean {
  if (rules === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) return false;
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  if (rules.answerPaths.includes(path)) return true;
  const agent = (request.headers['user-agent'] ?? '').toLowerCase();
  return rules.answerAgents.some((word) => agent.includes(word.toLowerCase()));
}

/** Answers in the sleeping app's place: it is well, and asleep. */
export function answerAsleep(response: ServerResponse): void {
  const body = 'asleep\n';
  response.writeHead(200, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    'Berth-Start': 'asleep',
  });
  response.end(body);
}

/** When a request is no longer to be held but shown the waiting page (ms since 1970); never for most. */
export function pageAt(
  request: IncomingMessage,
  rules: RouteTarget['whileAsleep'],
  arrivedAt: number,
): number {
  const page = rules?.waitingPage === true && request.method === 'GET' && wantsPage(request.headers.accept);
  return page ? arrivedAt + pageAfterMs : Infinity;
}
