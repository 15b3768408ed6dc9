import { Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import { Strategy } from 'passport-local';
import { BerthError } from '#libs/core/errors.js';
import type { Db } from '#libs/store/db.js';
import { DB } from '#libs/store/store.module.js';
import { userByEmail, type User } from '#libs/store/users.js';
import { FailedSignIns } from '../failed-sign-ins.js';
import { passwordMatches } from '../passwords.js';

/** E-mail address and password. What is wrong is never told, by word or by time. */
@Injectable()
export class LocalStrategy extends PassportStrategy(Strategy, 'local') {
  constructor(
    @Inject(DB) private readonly db: Db,
    @Inject(FailedSignIns) private readonly failures: FailedSignIns,
  ) {
    super({ usernameField: 'email', passwordField: 'password', passReqToCallback: true });
  }

  /** Throws `sign_in_failed`, `rate_limited`. */
  async validate(request: Request, email: string, password: string): Promise<User> {
    const address = request.ip ?? '';
    this.failures.check(address, email);
    const user = await userByEmail(this.db, email);
    const right = await passwordMatches(password, user?.passwordHash ?? null);
    if (!user || !right || user.disabledAt !== null) {
      this.failures.failed(address, email);
      throw new BerthError('sign_in_failed', 'E-mail address or password is wrong.');
    }
    this.failures.succeeded(address, email);
    return user;
  }
}
