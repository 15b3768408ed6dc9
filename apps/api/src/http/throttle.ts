import { applyDecorators, Injectable, type ExecutionContext } from '@nestjs/common';
import { SkipThrottle, Throttle, ThrottlerGuard, type ThrottlerModuleOptions } from '@nestjs/throttler';
import { BerthError } from '#libs/core/errors.js';

const MINUTE_MS = 60_000;

/**
 * Requests from one address to one route: far above what pages, the CLI and a test suite need, far below what hurts. Behind NAT a whole office
 * shares one, so what a single user may do is bounded where it is costly (sign-in, streams, builds), not here.
 */
export const throttling: ThrottlerModuleOptions = {
  throttlers: [{ name: 'default', ttl: MINUTE_MS, limit: 6_000 }],
  setHeaders: false,
};

/** Sign-ins from one address, right or wrong: each costs a password hash. */
export const ThrottleSignIn = () =>
  applyDecorators(Throttle({ default: { ttl: MINUTE_MS, limit: 60, blockDuration: MINUTE_MS } }));

/** Requests to be let in from one address: each leaves a row behind. */
export const ThrottleLoginStart = () => applyDecorators(Throttle({ default: { ttl: MINUTE_MS, limit: 20 } }));

/** Codes that one address may try: of 25 billion, of which some thousand are good at a time. */
export const ThrottleLoginCode = () => applyDecorators(Throttle({ default: { ttl: MINUTE_MS, limit: 30 } }));

/** Health checks are asked for by machines, often. */
export const Unthrottled = () => applyDecorators(SkipThrottle());

@Injectable()
export class RateGuard extends ThrottlerGuard {
  protected override throwThrottlingException(
    _: ExecutionContext,
    { timeToBlockExpire }: { timeToBlockExpire: number },
  ): Promise<void> {
    throw new BerthError('rate_limited', `Too many requests; wait ${timeToBlockExpire} s.`, {
      details: { retryAfterSeconds: timeToBlockExpire },
    });
  }
}
