import type { ServerResponse } from 'node:http';
import { BerthError } from '#libs/core/errors.js';
import { statusOf } from '../http/status-of.js';

/**
 * Answers a git client with an error. git shows a text/plain body on `info/refs` as `remote: …`, and nothing but the status
 * elsewhere; it never shows problem details. Gives whether the error was Berth's own fault.
 */
export function answerGitError(error: unknown, response: ServerResponse): { ours: boolean } {
  const known = error instanceof BerthError && statusOf[error.code] !== undefined;
  const status = known ? statusOf[error.code]! : 500;
  const message = known ? error.message : 'Something went wrong inside Berth; try again.';
  if (response.headersSent) {
    response.destroy();
    return { ours: !known };
  }
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    ...(status === 401 && { 'WWW-Authenticate': 'Basic realm="Berth", charset="UTF-8"' }),
    ...(status === 503 && { 'Retry-After': '10' }),
  });
  response.end(`${message}\n`);
  return { ours: !known };
}
