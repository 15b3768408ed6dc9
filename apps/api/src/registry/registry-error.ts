import type { ServerResponse } from 'node:http';
import { problemOf } from '../http/problem.js';

/** Codes of the distribution specification that clients know; others they show as they are. */
export type RegistryCode =
  'UNAUTHORIZED' | 'DENIED' | 'UNSUPPORTED' | 'MANIFEST_INVALID' | 'UNAVAILABLE' | 'UNKNOWN';

/** A refusal in the form that registry clients read. */
export class RegistryRefusal extends Error {
  constructor(
    readonly status: number,
    readonly code: RegistryCode,
    message: string,
    readonly headers: Record<string, string> = {},
    /** Berth's own fault. */
    readonly ours = false,
  ) {
    super(message);
  }
}

/** Answers a registry client with an error. Gives whether it was Berth's own fault. */
export function answerRegistryError(error: unknown, response: ServerResponse): { ours: boolean } {
  const refusal = error instanceof RegistryRefusal ? error : refusalOf(error);
  if (response.headersSent) {
    response.destroy();
    return { ours: refusal.ours };
  }
  const body = JSON.stringify({ errors: [{ code: refusal.code, message: refusal.message, detail: null }] });
  response.writeHead(refusal.status, {
    ...refusal.headers,
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    'Docker-Distribution-Api-Version': 'registry/2.0',
    'Cache-Control': 'no-store',
  });
  response.end(body);
  return { ours: refusal.ours };
}

function refusalOf(error: unknown): RegistryRefusal {
  const { body, headers, ours } = problemOf(error);
  const isDenied = body.status === 403 || body.status === 404;
  const code = isDenied ? 'DENIED' : body.status >= 500 ? 'UNAVAILABLE' : 'UNKNOWN';
  return new RegistryRefusal(body.status, code, body.detail ?? '', { ...headers }, ours);
}
