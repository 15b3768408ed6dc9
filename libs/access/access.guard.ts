import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { platformUrl, type Env } from '#libs/config/env.js';
import { ENV } from '#libs/config/env.module.js';
import { BerthError } from '#libs/core/errors.js';
import type { Db } from '#libs/store/db.js';
import { DB } from '#libs/store/store.module.js';
import { authorizeApp, authorizeTeam, demandAdmin, demandScope } from './authorize.js';
import type { Caller } from './caller.js';
import { DECLARATION, type Declaration } from './declaration.js';
import { requestOf, type Access, type AccessRequest } from './request.js';
import { demandOurPage, demandSameOrigin } from './same-origin.js';

/** Guards every route by its declaration: who is calling, do they come from our pages, may they do this. */
@Injectable()
export class AccessGuard extends AuthGuard(['bearer', 'berth-session']) {
  constructor(
    @Inject(DB) private readonly db: Db,
    @Inject(ENV) private readonly env: Env,
    @Inject(Reflector) private readonly reflector: Reflector,
  ) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const declaration = this.reflector.getAllAndOverride<Declaration | undefined>(DECLARATION, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (!declaration) throw new Error('A route without a declaration of who may call it.');
    if (declaration.who === 'public' || declaration.who === 'handler') return true;
    await super.canActivate(context);
    const request = requestOf(context);
    const caller = request.user as Caller;
    if (caller.via === 'session') this.demandOurs(request);
    await this.authorize(request, caller, declaration);
    return true;
  }

  override handleRequest<T>(error: unknown, caller: T | false | null): T {
    if (error) throw error;
    if (!caller)
      throw new BerthError(
        'unauthenticated',
        'Sign in, or send a valid token as "Authorization: Bearer berth_…". Tokens end when they expire or are revoked.',
      );
    return caller;
  }

  /** A browser adds the cookie whoever asks; that it is one of our pages must be seen elsewhere. */
  private demandOurs({ method, headers }: AccessRequest): void {
    const ours = platformUrl(this.env);
    if (headers.upgrade === undefined) demandSameOrigin(method, headers, ours);
    else demandOurPage(headers, ours);
  }

  private async authorize(request: AccessRequest, caller: Caller, declaration: Declaration): Promise<void> {
    switch (declaration.who) {
      case 'admin':
        return demandAdmin(caller);
      case 'signed-in':
        return demandScope(caller, declaration.scope);
      case 'can':
        request.access = await this.accessTo(request, caller, declaration);
    }
  }

  private async accessTo(
    request: AccessRequest,
    caller: Caller,
    { ability }: Extract<Declaration, { who: 'can' }>,
  ): Promise<Access> {
    const { app: named, addOn, team: slug } = request.params;
    const appName = named ?? addOn;
    if (typeof appName === 'string') {
      const { app, role } = await authorizeApp(this.db, caller, appName, ability);
      return { app, team: app.team, role };
    }
    if (typeof slug === 'string')
      return { app: null, ...(await authorizeTeam(this.db, caller, slug, ability)) };
    throw new Error('@Can() needs :app, :addOn or :team in the path.');
  }
}
