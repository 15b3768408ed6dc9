import { Body, Controller, Get, Inject, Patch } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { actorOf, type Caller } from '#libs/access/caller.js';
import { Can } from '#libs/access/declaration.js';
import { CurrentApp, CurrentCaller } from '#libs/access/request.js';
import {
  changedConfig,
  configChange,
  configView,
  type ChangedConfig,
  type ConfigChangeBody,
  type ConfigView,
} from '#libs/contracts/api/config.js';
import type { Sealer } from '#libs/secrets/seal.js';
import { revisionOf } from '#libs/store/app-revision.js';
import type { App } from '#libs/store/apps.js';
import { changeConfig, configVarsOf } from '#libs/store/config-vars.js';
import type { Db } from '#libs/store/db.js';
import { DB, SEALER } from '#libs/store/store.module.js';
import { outcomeOf } from '../apps/outcome.js';
import { Answers } from '../http/answers.js';

@ApiTags('Config')
@Controller('v1/apps/:app/config')
export class ConfigController {
  constructor(
    @Inject(DB) private readonly db: Db,
    @Inject(SEALER) private readonly sealer: Sealer,
  ) {}

  @Get()
  @Can('config.read')
  @Answers('An app’s config variables, opened', configView)
  async show(@CurrentApp() app: App): Promise<ConfigView> {
    const vars = await configVarsOf(this.db, this.sealer, app.id);
    return {
      vars: vars.map((one) => ({ ...one, updatedAt: one.updatedAt.toISOString() })),
      revision: revisionOf(app),
    };
  }

  @Patch()
  @Can('config.write')
  @Answers('Set and remove config variables; a running app gets a new release', changedConfig)
  async change(
    @CurrentApp() app: App,
    @CurrentCaller() caller: Caller,
    @Body({ schema: configChange }) body: ConfigChangeBody,
  ): Promise<ChangedConfig> {
    const { vars, revision } = body;
    const outcome = await changeConfig(this.db, app.id, vars, actorOf(caller), revision);
    return outcomeOf(this.db, app.id, outcome);
  }
}
