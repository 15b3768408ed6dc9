import { Body, Controller, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import type { Caller } from '#libs/access/caller.js';
import { Public, SignedIn } from '#libs/access/declaration.js';
import { hashPassword } from '#libs/access/passwords.js';
import { CurrentCaller } from '#libs/access/request.js';
import { hashSecret } from '#libs/access/secrets.js';
import type { Env } from '#libs/config/env.js';
import { ENV } from '#libs/config/env.module.js';
import {
  acceptInvitation,
  invitationSecret,
  shownInvitation,
  type AcceptInvitation,
  type InvitationSecret,
  type ShownInvitation,
} from '#libs/contracts/api/invitations.js';
import { sessionView, type SessionView } from '#libs/contracts/api/session.js';
import { BerthError } from '#libs/core/errors.js';
import type { Role } from '#libs/core/roles.js';
import type { Db } from '#libs/store/db.js';
import {
  acceptInvitation as acceptIn,
  invitationBySecret,
  joinByInvitation,
} from '#libs/store/invitations.js';
import { DB } from '#libs/store/store.module.js';
import { Answers } from '../http/answers.js';
import { ThrottleSignIn } from '../http/throttle.js';
import { startSession } from '../session/start-session.js';

/** What an invited person does with the link. The secret comes in bodies, so that no log of addresses holds it. */
@ApiTags('Members')
@Controller('v1/invitations')
export class InvitedController {
  private readonly secure: boolean;

  constructor(
    @Inject(DB) private readonly db: Db,
    @Inject(ENV) env: Env,
  ) {
    this.secure = env.BERTH_PUBLIC_SCHEME === 'https';
  }

  @Post('look')
  @Public()
  @ThrottleSignIn()
  @Answers('What an invitation is for', shownInvitation)
  async look(@Body({ schema: invitationSecret }) { secret }: InvitationSecret): Promise<ShownInvitation> {
    const found = await invitationBySecret(this.db, hashSecret(secret));
    return {
      ...{ team: found.team, email: found.email, role: found.role as Role, hasAccount: found.hasAccount },
      ...{ invitedBy: found.createdBy, expiresAt: found.expiresAt.toISOString() },
    };
  }

  @Post('accept')
  @Public()
  @ThrottleSignIn()
  @Answers('Make an account of an invitation, join the team, and sign in', sessionView)
  async accept(
    @Body({ schema: acceptInvitation }) { secret, name, password }: AcceptInvitation,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SessionView> {
    const hash = hashSecret(secret);
    // Before the password is hashed, which is dear.
    await invitationBySecret(this.db, hash);
    const user = await acceptIn(this.db, hash, { name, passwordHash: await hashPassword(password) });
    return startSession(this.db, user, { request, response, secure: this.secure });
  }

  @Post('join')
  @SignedIn('admin')
  @Answers('Join the team of an invitation to one’s own address', null)
  async join(
    @CurrentCaller() { user, teamId }: Caller,
    @Body({ schema: invitationSecret }) { secret }: InvitationSecret,
  ): Promise<void> {
    if (teamId !== null)
      throw new BerthError(
        'scope_too_narrow',
        'This token is good for one team only; use one without a team, or the page.',
      );
    await joinByInvitation(this.db, hashSecret(secret), user);
  }
}
