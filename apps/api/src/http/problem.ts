import { randomUUID } from 'node:crypto';
import { HttpException } from '@nestjs/common';
import type { Problem } from '#libs/contracts/api/common.js';
import { BerthError } from '#libs/core/errors.js';
import { isDatabaseAway } from '#libs/store/outage.js';
import { isUnstorable } from '#libs/store/unstorable.js';
import { statusOf, titleOf } from './status-of.js';

/** An answer that says what went wrong. */
export interface ProblemAnswer {
  body: Problem;
  headers: Record<string, string>;
  /** The fault is Berth's: log the error under `body.errorId`. */
  ours: boolean;
}

/**
 * Turns anything that was thrown into RFC 9457 problem details. Only a BerthError's own sentence and details reach the caller;
 * of everything else only an id under which the log knows more.
 */
export function problemOf(error: unknown, newId: () => string = randomUUID): ProblemAnswer {
  const known = error instanceof BerthError ? error : translated(error);
  const status = known ? statusOf[known.code] : undefined;
  if (!known || status === undefined) return internal(newId());
  const { errors, ...details } = known.details;
  return {
    ours: status === 503,
    headers: headersFor(known, status),
    body: {
      ...frame(status, known.code),
      detail: known.message,
      ...(Array.isArray(errors) && { errors: errors as Problem['errors'] }),
      ...(Object.keys(details).length > 0 && { details }),
      ...(status === 503 && { errorId: newId() }),
    },
  };
}

function frame(status: number, code: string): Pick<Problem, 'type' | 'title' | 'status' | 'code'> {
  return { type: `/docs/problems#${code}`, title: titleOf[status] ?? 'Error', status, code };
}

function internal(errorId: string): ProblemAnswer {
  return {
    ours: true,
    headers: {},
    body: {
      ...frame(500, 'internal'),
      detail: `Something went wrong inside Berth. Try again; if it stays, the log of the api tells more about ${errorId}.`,
      errorId,
    },
  };
}

function headersFor(error: BerthError, status: number): Record<string, string> {
  const { retryAfterSeconds } = error.details;
  if (typeof retryAfterSeconds === 'number') return { 'Retry-After': String(retryAfterSeconds) };
  if (status === 503) return { 'Retry-After': '5' };
  return error.code === 'unauthenticated' ? { 'WWW-Authenticate': 'Bearer realm="Berth"' } : {};
}

/** Errors of the libraries below us that mean something to the caller; null for all others. */
function translated(error: unknown): BerthError | null {
  if (error instanceof HttpException) return ofNest(error);
  if (isDatabaseAway(error))
    return new BerthError('database_unavailable', 'The database does not answer; try again in a moment.', {
      cause: error,
    });
  if (isUnstorable(error))
    return new BerthError('malformed_request', 'A text has the character NUL. Take it out.', {
      cause: error,
    });
  // A path with a broken % escape.
  return error instanceof URIError ? new BerthError('malformed_request', 'The address is malformed.') : null;
}

function ofNest(error: HttpException): BerthError | null {
  switch (error.getStatus()) {
    case 404:
      return new BerthError(
        'route_not_found',
        'There is nothing at this address; /docs lists what there is.',
      );
    case 400:
      return new BerthError('malformed_request', 'The request could not be understood.', { cause: error });
    default:
      return null;
  }
}
