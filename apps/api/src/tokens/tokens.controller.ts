import { Body, Controller, Delete, Get, Inject, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { demandScope } from '#libs/access/authorize.js';
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
import { createToken, revokeToken, tokensOf } from '#libs/store/tokens.js';
import { Answers } from '../http/answers.js';
import { cursorKey, page } from '../http/cursor.js';
import { IdParam } from '../http/params.js';
import { reachOf } from './reach.js';
import { tokenViewOf } from './token.view.js';

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
    const reach = await reachOf(this.db, caller, body);
    const { token, prefix, hash } = newTokenSecret();
    const row = await transaction(this.db, (tx) =>
      createToken(
        tx,
        {
          userId: caller.user.id,
          ...reach,
          name: body.name,
          prefix,
          secretHash: hash,
          scopes: [...new Set(body.scopes)],
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
}
