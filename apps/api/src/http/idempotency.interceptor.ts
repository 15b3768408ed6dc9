import { createHash } from 'node:crypto';
import {
  Inject,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { Response } from 'express';
import { catchError, from, mergeMap, type Observable, of, throwError } from 'rxjs';
import { requestOf, type AccessRequest } from '#libs/access/request.js';
import { BerthError } from '#libs/core/errors.js';
import type { Sealer } from '#libs/secrets/seal.js';
import type { Db } from '#libs/store/db.js';
import { claimKey, keepAnswer, releaseKey, type KeyedRequest } from '#libs/store/idempotency.js';
import { DB, SEALER } from '#libs/store/store.module.js';
import type { RawBody } from './json-body.js';

const HEADER = 'idempotency-key';

/**
 * A POST or PATCH with an `Idempotency-Key` is done once: repeating it within 24 h gives the first answer again. The same key
 * with another request is refused (422), and while the first is still being answered the second has to wait (409).
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    @Inject(DB) private readonly db: Db,
    @Inject(SEALER) private readonly sealer: Sealer,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = requestOf(context);
    const keyed = keyedRequest(request);
    if (!keyed) return next.handle();
    const response = context.switchToHttp().getResponse<Response>();
    return from(claimKey(this.db, keyed)).pipe(
      mergeMap((earlier) => {
        switch (earlier.state) {
          case 'first':
            return this.handle(next, keyed, response);
          case 'answered':
            response.status(earlier.status).set('Idempotency-Replayed', 'true');
            return of(JSON.parse(this.sealer.open(earlier.body, contextOf(keyed))) as unknown);
          case 'different':
            throw new BerthError(
              'idempotency_key_reused',
              'This Idempotency-Key was used for another request; choose a new one.',
            );
          case 'running':
            throw new BerthError(
              'idempotency_in_progress',
              'The first request with this Idempotency-Key is still being answered; repeat it in a moment.',
              { details: { retryAfterSeconds: 1 } },
            );
        }
      }),
    );
  }

  private handle(next: CallHandler, keyed: KeyedRequest, response: Response): Observable<unknown> {
    return next.handle().pipe(
      mergeMap(async (value: unknown) => {
        // Sealed: an answer may hold a secret that is shown once (a token, a password).
        const body = this.sealer.seal(JSON.stringify(value ?? null), contextOf(keyed));
        await keepAnswer(this.db, keyed, { status: response.statusCode, body });
        return value;
      }),
      catchError((error: unknown) =>
        from(releaseKey(this.db, keyed)).pipe(mergeMap(() => throwError(() => error))),
      ),
    );
  }
}

/** Null when the request carries no key, or none is needed. Throws `idempotency_key_invalid`. */
function keyedRequest(request: AccessRequest): KeyedRequest | null {
  const key = request.get(HEADER);
  // At sign-in passport puts the user itself here, not yet a caller.
  const caller: Partial<NonNullable<AccessRequest['user']>> | undefined = request.user;
  if (key === undefined || !caller?.user || !['POST', 'PATCH'].includes(request.method)) return null;
  if (!/^[\x21-\x7e]{1,200}$/.test(key))
    throw new BerthError(
      'idempotency_key_invalid',
      'An Idempotency-Key has 1 to 200 visible ASCII characters; a UUID is a good one.',
    );
  return {
    userId: caller.user.id,
    key,
    method: request.method,
    path: request.path,
    requestHash: hashOf(request),
  };
}

/** Stands for the request's content. A streamed body is not read for it: its declared length and type stand in. */
function hashOf({ originalUrl, headers, rawBody }: AccessRequest & Pick<RawBody, 'rawBody'>): string {
  const { 'content-length': length, 'content-type': type } = headers;
  return createHash('sha256')
    .update(`${originalUrl}\n`)
    .update(rawBody ?? `${length} ${type}`)
    .digest('hex');
}

function contextOf({ userId, key }: KeyedRequest): string {
  return `idempotency:${userId}:${key}`;
}
