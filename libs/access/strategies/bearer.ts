import { Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import { Strategy } from 'passport-http-bearer';
import type { Db } from '#libs/store/db.js';
import { DB } from '#libs/store/store.module.js';
import { callerOfToken } from '../authenticate.js';
import type { Caller } from '../caller.js';

/** `Authorization: Bearer berth_…`, and only that: a token in a query string would end up in logs. */
@Injectable()
export class BearerStrategy extends PassportStrategy(Strategy, 'bearer') {
  /** Passport adds it to the strategy for each request; the types of passport-http-bearer do not say so. */
  declare fail: (status: number) => void;

  constructor(@Inject(DB) private readonly db: Db) {
    super();
  }

  override authenticate(request: Request, options?: object): void {
    if (!/^bearer /i.test(request.headers.authorization ?? '')) return this.fail(401);
    super.authenticate(headersOnly(request), options);
  }

  async validate(token: string): Promise<Caller | false> {
    return (await callerOfToken(this.db, token)) ?? false;
  }
}

/** What passport-http-bearer gets to see: it would also take tokens from query and body. */
function headersOnly(request: Request): Request {
  return { headers: request.headers } as Request;
}
