import { Body, Controller, Delete, Get, Inject, Patch, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { actorOf, type Caller } from '#libs/access/caller.js';
import { Public, SignedIn } from '#libs/access/declaration.js';
import { hashPassword, passwordMatches } from '#libs/access/passwords.js';
import { CurrentCaller } from '#libs/access/request.js';
import { clearSessionCookie } from '#libs/access/session-cookie.js';
import type { Env } from '#libs/config/env.js';
import { ENV } from '#libs/config/env.module.js';
import {
  changePassword,
  sessionView,
  signIn,
  type ChangePassword,
  type SessionView,
  type SignIn,
} from '#libs/contracts/api/session.js';
import { BerthError } from '#libs/core/errors.js';
import { transaction, type Db } from '#libs/store/db.js';
import { emitEvent } from '#libs/store/events.js';
import { endSession } from '#libs/store/sessions.js';
import { DB } from '#libs/store/store.module.js';
import { changePasswordHash, userByEmail, type User } from '#libs/store/users.js';
import { Answers } from '../http/answers.js';
import { ThrottleSignIn } from '../http/throttle.js';
import { PasswordGuard } from './password.guard.js';
import { sessionViewOf } from './session.view.js';
import { startSession } from './start-session.js';

@ApiTags('Session')
@Controller('v1/session')
export class SessionController {
  private readonly secure: boolean;

  constructor(
    @Inject(DB) private readonly db: Db,
    @Inject(ENV) env: Env,
  ) {
    this.secure = env.BERTH_PUBLIC_SCHEME === 'https';
  }

  @Post()
  @Public()
  @ThrottleSignIn()
  @UseGuards(PasswordGuard)
  @Answers(
    'Sign in: sets the cookie berth_session (__Host-berth_session where the platform is https)',
    sessionView,
  )
  signIn(
    @Body({ schema: signIn }) _body: SignIn,
    @Req() request: Request & { user: User },
    @Res({ passthrough: true }) response: Response,
  ): Promise<SessionView> {
    return startSession(this.db, request.user, { request, response, secure: this.secure });
  }

  @Get()
  @SignedIn('read')
  @Answers('Who is calling, and in which teams', sessionView)
  show(@CurrentCaller() caller: Caller): Promise<SessionView> {
    return sessionViewOf(this.db, caller);
  }

  @Delete()
  @SignedIn('read')
  @Answers('Sign out; a token stays valid until it is revoked', null)
  async signOut(
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    if (caller.via === 'session') await endSession(this.db, caller.credentialId, actorOf(caller));
    clearSessionCookie(response, this.secure);
  }

  @Patch('password')
  @SignedIn('admin')
  @ThrottleSignIn()
  @Answers('Change one’s password; ends all other sessions', null)
  async changePassword(
    @CurrentCaller() caller: Caller,
    @Body({ schema: changePassword }) body: ChangePassword,
  ): Promise<void> {
    const user = await userByEmail(this.db, caller.user.email);
    if (!(await passwordMatches(body.current, user?.passwordHash ?? null)))
      throw new BerthError('password_wrong', 'The current password is wrong.');
    const hash = await hashPassword(body.next);
    const kept = caller.via === 'session' ? caller.credentialId : null;
    await transaction(this.db, async (tx) => {
      await changePasswordHash(tx, caller.user.id, hash, kept);
      const data = { password: 'changed' };
      await emitEvent(tx, { teamId: null, appId: null, kind: 'user.updated', data, actor: actorOf(caller) });
    });
  }
}
