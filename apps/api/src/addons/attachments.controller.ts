import { Body, Controller, Delete, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { authorizeApp } from '#libs/access/authorize.js';
import { actorOf, type Caller } from '#libs/access/caller.js';
import { Can } from '#libs/access/declaration.js';
import { CurrentApp, CurrentCaller } from '#libs/access/request.js';
import { newAttachment, type NewAttachment } from '#libs/contracts/api/addons.js';
import { changedConfig, type ChangedConfig } from '#libs/contracts/api/config.js';
import type { Sealer } from '#libs/secrets/seal.js';
import { attach, detach } from '#libs/store/add-ons.js';
import type { App } from '#libs/store/apps.js';
import type { Db } from '#libs/store/db.js';
import { DB, SEALER } from '#libs/store/store.module.js';
import { outcomeOf } from '../apps/outcome.js';
import { Answers } from '../http/answers.js';

@ApiTags('Add-ons')
@Controller('v1/apps/:app/attachments')
export class AttachmentsController {
  constructor(
    @Inject(DB) private readonly db: Db,
    @Inject(SEALER) private readonly sealer: Sealer,
  ) {}

  @Post()
  @HttpCode(200)
  @Can('config.write')
  @Answers('Give an app the URL of an add-on of its team; a running app gets a new release', changedConfig)
  async attach(
    @CurrentApp() app: App,
    @CurrentCaller() caller: Caller,
    @Body({ schema: newAttachment }) { addOn, variable }: NewAttachment,
  ): Promise<ChangedConfig> {
    // Who attaches it gets its password.
    const { app: row } = await authorizeApp(this.db, caller, addOn, 'config.read');
    const wanted = { appId: app.id, addOnId: row.id, variable, actor: actorOf(caller) };
    return outcomeOf(this.db, app.id, await attach(this.db, this.sealer, wanted));
  }

  @Delete(':variable')
  @Can('config.write')
  @Answers('Take the URL of an add-on away from an app; a running app gets a new release', changedConfig)
  async detach(
    @CurrentApp() app: App,
    @CurrentCaller() caller: Caller,
    @Param('variable') variable: string,
  ): Promise<ChangedConfig> {
    const wanted = { appId: app.id, variable, actor: actorOf(caller) };
    return outcomeOf(this.db, app.id, await detach(this.db, wanted));
  }
}
