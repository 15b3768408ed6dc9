import { Body, Controller, Delete, Get, Inject, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { actorOf, type Caller } from '#libs/access/caller.js';
import { Can } from '#libs/access/declaration.js';
import { CurrentApp, CurrentCaller } from '#libs/access/request.js';
import { platformUrl, type Env } from '#libs/config/env.js';
import { ENV } from '#libs/config/env.module.js';
import {
  connectionView,
  madeConnection,
  newConnection,
  type ConnectionView,
  type MadeConnection,
  type NewConnection,
} from '#libs/contracts/api/connections.js';
import { BerthError } from '#libs/core/errors.js';
import { AddressGuard } from '#libs/outbound/address-guard.js';
import { checkedAddresses } from '#libs/outbound/checked-addresses.js';
import type { Sealer } from '#libs/secrets/seal.js';
import { isBranchName } from '#libs/source/git/fetch-branch.js';
import type { App } from '#libs/store/apps.js';
import type { Db } from '#libs/store/db.js';
import {
  connect,
  connectionOf,
  disconnect,
  wantFetch,
  type GitConnection,
} from '#libs/store/git-connections.js';
import { DB, SEALER } from '#libs/store/store.module.js';
import { Answers } from '../http/answers.js';
import { Fetcher } from './fetcher.js';

@ApiTags('Git servers')
@Controller('v1/apps/:app/connection')
export class ConnectionsController {
  constructor(
    @Inject(DB) private readonly db: Db,
    @Inject(SEALER) private readonly sealer: Sealer,
    @Inject(ENV) private readonly env: Env,
    @Inject(AddressGuard) private readonly guard: AddressGuard,
    @Inject(Fetcher) private readonly fetcher: Fetcher,
  ) {}

  @Get()
  @Can('app.write')
  @Answers('The git server that an app is deployed from', connectionView)
  async show(@CurrentApp() app: App): Promise<ConnectionView> {
    return this.view(await connectionOf(this.db, app.id));
  }

  @Put()
  @Can('app.write')
  @Answers(
    'Deploy an app from a branch of a git server, now and after each push that the server tells of; the secret for that is shown this once',
    madeConnection,
  )
  async connect(
    @CurrentApp() app: App,
    @CurrentCaller() caller: Caller,
    @Body({ schema: newConnection }) { url, branch }: NewConnection,
  ): Promise<MadeConnection> {
    if (!isBranchName(branch))
      throw new BerthError(
        'name_invalid',
        'This is not the name of a branch. Write it as in main or release/2.',
      );
    await checkedAddresses(new URL(url).hostname, this.guard);
    const wanted = { url, branch, actor: actorOf(caller) };
    const { connection, secret } = await connect(this.db, this.sealer, app, wanted);
    this.fetcher.ask();
    return { ...this.view(connection), secret };
  }

  @Post('deploy')
  @Can('app.deploy')
  @Answers('Fetch the branch now and deploy it, also when nothing changed', connectionView, 202)
  async deploy(@CurrentApp() app: App): Promise<ConnectionView> {
    await connectionOf(this.db, app.id);
    await wantFetch(this.db, app.id, { again: true });
    this.fetcher.ask();
    return this.view(await connectionOf(this.db, app.id));
  }

  @Delete()
  @Can('app.write')
  @Answers('Deploy an app from that git server no more', null)
  disconnect(@CurrentApp() app: App, @CurrentCaller() caller: Caller): Promise<void> {
    return disconnect(this.db, app, actorOf(caller));
  }

  private view(row: GitConnection): ConnectionView {
    const { branch, commit, reason, createdBy } = row;
    return {
      ...{ url: row.shownUrl, branch, commit, reason, createdBy },
      hookUrl: `${platformUrl(this.env)}/v1/hooks/git/${row.appId}`,
      waiting: row.wantedAt !== null,
      fetchedAt: row.fetchedAt?.toISOString() ?? null,
      createdAt: row.createdAt.toISOString(),
    };
  }
}
