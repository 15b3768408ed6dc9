import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { Request } from 'express';
import { demandNotForeign } from '#libs/access/same-origin.js';
import { platformUrl, type Env } from '#libs/config/env.js';
import { ENV } from '#libs/config/env.module.js';
import { signIn } from '#libs/contracts/api/session.js';
import { BerthError } from '#libs/core/errors.js';
import { invalid } from '../http/schema.pipe.js';

/** Lets through who knows a user's password (passport-local); `request.user` is then that user. */
@Injectable()
export class PasswordGuard extends AuthGuard('local') {
  constructor(@Inject(ENV) private readonly env: Env) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    demandNotForeign(request.headers, platformUrl(this.env));
    // Guards come before pipes, and passport-local would take anything.
    const body = signIn.safeParse(request.body);
    if (!body.success) throw invalid('body', body.error.issues);
    return (await super.canActivate(context)) as boolean;
  }

  override handleRequest<T>(error: unknown, user: T | false | null): T {
    if (error) throw error;
    if (!user) throw new BerthError('sign_in_failed', 'E-mail address or password is wrong.');
    return user;
  }
}
