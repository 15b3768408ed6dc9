import { Body, Controller, Delete, Get, Inject, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { authorizeTeam, demandScope } from '#libs/access/authorize.js';
import { actorOf, type Caller } from '#libs/access/caller.js';
import { SignedIn } from '#libs/access/declaration.js';
import { CurrentCaller } from '#libs/access/request.js';
import { newTokenSecret } from '#libs/access/secrets.js';
import { pageQuery, type Page, type PageQuery } from '#libs/contracts/api/common.js';
import {
  createdToken,
  newToken,
  tokenPage,
  type CreatedToken,
  type NewToken,
  type TokenView,
} from '#libs/contracts/api/tokens.js';
import { BerthError } from '#libs/core/errors.js';
import { transaction, type Db } from '#libs/store/db.js';
import { DB } from '#libs/store/store.module.js';
import { createToken, liveTokens, revokeToken, tokensOf, type TokenRow } from '#libs/store/tokens.js';
import { Answers } from '../http/answers.js';
import { cursorKey, page } from '../http/cursor.js';
import { IdParam } from '../http/params.js';

/** Valid tokens that a user may hold. */
const MOST = 100;
const DAY_MS = 24 * 3600_000;

@ApiTags('Tokens')
@Controller('v1/tokens')
export class TokensController {
  constructor(@Inject(DB) private readonly db: Db) {}

  @Get()
  @SignedIn('read')
  @Answers('List one’s tokens, newest first', tokenPage)
  list(
    @CurrentCaller() caller: Caller,
    @Query({ schema: pageQuery }) query: PageQuery,
  ): Promise<Page<TokenView>> {
    return page(query, {
      name: 'tokens',
      parse: cursorKey.uuid,
      fetch: (before, take) => tokensOf(this.db, caller.user.id, { before, take }),
      keyOf: (row) => row.id,
      view: (rows) => rows.map(tokenViewOf),
    });
  }

  @Post()
  @SignedIn('admin')
  @Answers('Make a token; its secret is shown this once', createdToken, 201)
  async create(
    @CurrentCaller() caller: Caller,
    @Body({ schema: newToken }) body: NewToken,
  ): Promise<CreatedToken> {
    if ((await liveTokens(this.db, caller.user.id)) >= MOST)
      throw new BerthError('too_many_tokens', `You have ${MOST} tokens; revoke one first.`);
    const { token, prefix, hash } = newTokenSecret();
    const teamId = await this.teamOf(caller, body);
    const row = await transaction(this.db, (tx) =>
      createToken(
        tx,
        {
          userId: caller.user.id,
          teamId,
          name: body.name,
          prefix,
          secretHash: hash,
          scopes: [...new Set(body.scopes)],
          expiresAt: expiryOf(caller, body),
        },
        actorOf(caller),
      ),
    );
    return { token: tokenViewOf(row), secret: token };
  }

  @Delete(':id')
  @SignedIn('read')
  @Answers('Revoke a token: at once, live streams included', null)
  async revoke(@CurrentCaller() caller: Caller, @IdParam() id: string): Promise<void> {
    // Whoever holds a token may always end it; ending others takes the full reach.
    if (caller.via !== 'token' || caller.credentialId !== id) demandScope(caller, 'admin');
    if (!(await revokeToken(this.db, id, caller.user.id, actorOf(caller))))
      throw new BerthError('token_not_found', 'You have no such token; list your tokens.');
  }

  /** A token never reaches further than the one that made it. */
  private async teamOf(caller: Caller, body: NewToken): Promise<string | null> {
    if (body.team === undefined) return caller.teamId;
    return (await authorizeTeam(this.db, caller, body.team, 'team.read')).team.id;
  }
}

/** Nor does it outlive the token that made it. */
function expiryOf(caller: Caller, { expiresInDays }: NewToken): Date | null {
  const ends = [
    expiresInDays === undefined ? null : Date.now() + expiresInDays * DAY_MS,
    caller.via === 'token' && caller.expiresAt ? caller.expiresAt.getTime() : null,
  ].filter((end) => end !== null);
  return ends.length === 0 ? null : new Date(Math.min(...ends));
}

function tokenViewOf(row: TokenRow): TokenView {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    scopes: row.scopes as TokenView['scopes'],
    team: row.team?.slug ?? null,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
  };
}
