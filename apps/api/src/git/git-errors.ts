import type { ServerResponse } from 'node:http';
import { problemOf } from '../http/problem.js';

/**
 * Answers a git client with an error. git shows a text/plain body on `info/refs` as `remote: …`, and nothing but the status
 * elsewhere; it never shows problem details. Gives whether the error was Berth's own fault.
 */
export function answerGitError(error: unknown, response: ServerResponse): { ours: boolean } {
  const { body, headers, ours } = problemOf(error);
  if (response.headersSent) {
    response.destroy();
    return { ours };
  }
  response.writeHead(body.status, {
    ...headers,
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    ...(body.status === 401 && { 'WWW-Authenticate': 'Basic realm="Berth", charset="UTF-8"' }),
  });
  response.end(`${body.detail}\n`);
  return { ours };
}
