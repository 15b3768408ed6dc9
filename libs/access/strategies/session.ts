import { Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import { Strategy } from 'passport';
import type { Db } from '#libs/store/db.js';
import { DB } from '#libs/store/store.module.js';
import { callerOfSession } from '../authenticate.js';
import type { Caller } from '../caller.js';
import { SESSION_COOKIE } from '../session-cookie.js';

/** Passport's own shape of a strategy around a cookie: nothing but what `verify` says. */
class CookieStrategy extends Strategy {
  constructor(
    private readonly verify: (
      secret: string,
      done: (error: unknown, caller?: Caller | false | null) => void,
    ) => void,
  ) {
    super();
  }

  override authenticate(request: Request): void {
    const secret: unknown = request.cookies?.[SESSION_COOKIE];
    // Whoever sends a token means the token, whatever cookies come along.
    if (typeof secret !== 'string' || request.headers.authorization !== undefined) return this.fail(401);
    this.verify(secret, (error, caller) => {
      if (error) this.error(error);
      else if (caller) this.success(caller);
      else this.fail(401);
    });
  }
}

/** The session cookie of a signed-in browser. */
@Injectable()
export class SessionStrategy extends PassportStrategy(CookieStrategy, 'berth-session') {
  constructor(@Inject(DB) private readonly db: Db) {
    super();
  }

  async validate(secret: string): Promise<Caller | false> {
    return (await callerOfSession(this.db, secret)) ?? false;
  }
}
