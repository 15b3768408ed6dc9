import { Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import { Strategy } from 'passport';
import type { Env } from '#libs/config/env.js';
import { ENV } from '#libs/config/env.module.js';
import type { Db } from '#libs/store/db.js';
import { DB } from '#libs/store/store.module.js';
import { callerOfSession } from '../authenticate.js';
import type { Caller } from '../caller.js';
import { sessionCookie } from '../session-cookie.js';

/** Passport's own shape of a strategy around a cookie: nothing but what `verify` says. */
class CookieStrategy extends Strategy {
  constructor(
    private readonly cookie: string,
    private readonly verify: (
      secret: string,
      done: (error: unknown, caller?: Caller | false | null) => void,
    ) => void,
  ) {
    super();
  }

  override authenticate(request: Request): void {
    const secret: unknown = request.cookies?.[this.cookie];
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
  constructor(
    @Inject(DB) private readonly db: Db,
    @Inject(ENV) env: Env,
  ) {
    super(sessionCookie(env.BERTH_PUBLIC_SCHEME === 'https'));
  }

  async validate(secret: string): Promise<Caller | false> {
    return (await callerOfSession(this.db, secret)) ?? false;
  }
}
