import { Body, Controller, Get, Inject, Patch } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { actorOf, type Caller } from '#libs/access/caller.js';
import { Can } from '#libs/access/declaration.js';
import { CurrentApp, CurrentCaller } from '#libs/access/request.js';
import type { Env } from '#libs/config/env.js';
import { ENV } from '#libs/config/env.module.js';
import type { ConfigChangeBody } from '#libs/contracts/api/config.js';
import {
  previewConfig,
  previewConfigChange,
  previewList,
  type PreviewConfig,
  type PreviewList,
} from '#libs/contracts/api/previews.js';
import type { Sealer } from '#libs/secrets/seal.js';
import { showApp } from '#libs/store/app-queries.js';
import type { App } from '#libs/store/apps.js';
import type { Db } from '#libs/store/db.js';
import { changePreviewVars, listPreviews, previewKeys } from '#libs/store/previews.js';
import { DB, SEALER } from '#libs/store/store.module.js';
import { Answers } from '../http/answers.js';
import { appViewsOf } from './app.view.js';

@ApiTags('Previews')
@Controller('v1/apps/:app/previews')
export class PreviewsController {
  constructor(
    @Inject(DB) private readonly db: Db,
    @Inject(ENV) private readonly env: Env,
    @Inject(SEALER) private readonly sealer: Sealer,
  ) {}

  @Get()
  @Can('app.read')
  @Answers('The apps that preview this app’s branches', previewList)
  async list(@CurrentApp() app: App): Promise<PreviewList> {
    const apps = await listPreviews(this.db, app.id);
    const shown = await Promise.all(apps.map((one) => showApp(this.db, one)));
    return { items: await appViewsOf(this.db, this.env, shown) };
  }

  @Get('config')
  @Can('config.read')
  @Answers('Names of the variables that previews get when they are made', previewConfig)
  async config(@CurrentApp() app: App): Promise<PreviewConfig> {
    return { keys: await previewKeys(this.db, app.id) };
  }

  @Patch('config')
  @Can('config.write')
  @Answers('Set and remove variables for previews that are made from now on', previewConfig)
  async change(
    @CurrentApp() app: App,
    @CurrentCaller() caller: Caller,
    @Body({ schema: previewConfigChange }) { vars }: ConfigChangeBody,
  ): Promise<PreviewConfig> {
    await changePreviewVars(this.db, this.sealer, { appId: app.id, vars, actor: actorOf(caller) });
    return { keys: await previewKeys(this.db, app.id) };
  }
}
