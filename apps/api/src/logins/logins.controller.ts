import { Body, Controller, Get, Inject, Param, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { z } from 'zod';
import { actorOf, type Caller } from '#libs/access/caller.js';
import { Public, SignedIn } from '#libs/access/declaration.js';
import { CurrentCaller } from '#libs/access/request.js';
import { hashSecret, newLoginCode, newSessionSecret, newTokenSecret } from '#libs/access/secrets.js';
import { ENV } from '#libs/config/env.module.js';
import { platformUrl, type Env } from '#libs/config/env.js';
import {
  loginAnswer,
  loginSecret,
  loginToken,
  loginView,
  newLogin,
  startedLogin,
  type LoginAnswer,
  type LoginSecret,
  type LoginToken,
  type LoginView,
  type NewLogin,
  type StartedLogin,
} from '#libs/contracts/api/logins.js';
import type { Db } from '#libs/store/db.js';
import {
  allowLogin,
  createLogin,
  loginSeconds,
  redeemLogin,
  refuseLogin,
  waitingLogin,
  type LoginRequest,
} from '#libs/store/logins.js';
import { DB } from '#libs/store/store.module.js';
import { Answers } from '../http/answers.js';
import { ThrottleLoginCode, ThrottleLoginStart } from '../http/throttle.js';
import { reachOf } from '../tokens/reach.js';
import { tokenViewOf } from '../tokens/token.view.js';

/** Between two looks of a command line. */
const LOOK_SECONDS = 2;

/** A code as people type it: small letters, with a dash or a space, or as it is. */
const CodeParam = () =>
  Param('code', {
    schema: z
      .string()
      .max(20)
      .transform((text) => text.replace(/[\s-]/g, '').toUpperCase()),
  });

/** Sign-in of a command line by a browser that is signed in, on whatever machine (as RFC 8628 has it). */
@ApiTags('Session')
@Controller('v1/logins')
export class LoginsController {
  constructor(
    @Inject(DB) private readonly db: Db,
    @Inject(ENV) private readonly env: Env,
  ) {}

  @Post()
  @Public()
  @ThrottleLoginStart()
  @Answers('Ask for a command line to be let in from a browser', startedLogin, 201)
  async start(@Body({ schema: newLogin }) body: NewLogin, @Req() request: Request): Promise<StartedLogin> {
    const secret = newSessionSecret();
    const { code } = await createLogin(this.db, {
      ...body,
      secretHash: hashSecret(secret),
      code: newLoginCode(),
      address: request.ip ?? '',
    });
    const shown = shownCode(code);
    return {
      secret,
      code: shown,
      page: `${platformUrl(this.env)}/device?code=${shown}`,
      expiresInSeconds: loginSeconds,
      everySeconds: LOOK_SECONDS,
    };
  }

  @Post('token')
  @Public()
  @Answers('Fetch the token, once somebody has let the command line in', loginToken)
  async redeem(@Body({ schema: loginSecret }) body: LoginSecret): Promise<LoginToken> {
    const { token, prefix, hash } = newTokenSecret();
    const row = await redeemLogin(this.db, hashSecret(body.secret), { prefix, secretHash: hash });
    return { made: row === null ? null : { token: tokenViewOf(row), secret: token } };
  }

  @Get(':code')
  @SignedIn('admin')
  @ThrottleLoginCode()
  @Answers('Who asks to be let in with this code', loginView)
  async show(@CodeParam() code: string): Promise<LoginView> {
    return loginViewOf(await waitingLogin(this.db, code));
  }

  @Post(':code/allow')
  @SignedIn('admin')
  @ThrottleLoginCode()
  @Answers('Let it in as oneself: it gets a token of this reach', null)
  async allow(
    @CurrentCaller() caller: Caller,
    @CodeParam() code: string,
    @Body({ schema: loginAnswer }) answer: LoginAnswer,
  ): Promise<void> {
    const { teamId, expiresAt } = await reachOf(this.db, caller, answer);
    const token = { userId: caller.user.id, teamId, scope: answer.scope, tokenExpiresAt: expiresAt };
    await allowLogin(this.db, code, token, actorOf(caller));
  }

  @Post(':code/refuse')
  @SignedIn('admin')
  @ThrottleLoginCode()
  @Answers('Turn it away', null)
  async refuse(@CurrentCaller() caller: Caller, @CodeParam() code: string): Promise<void> {
    await refuseLogin(this.db, code, actorOf(caller));
  }
}

function shownCode(code: string): string {
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

function loginViewOf(row: LoginRequest): LoginView {
  const { machine, client, address, createdAt, expiresAt } = row;
  return {
    ...{ machine, client, address },
    code: shownCode(row.code),
    wish: row.wish as LoginView['wish'],
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  };
}
