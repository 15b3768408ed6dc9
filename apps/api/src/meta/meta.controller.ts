import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Public } from '#libs/access/declaration.js';
import { platformUrl, type Env } from '#libs/config/env.js';
import { ENV } from '#libs/config/env.module.js';
import { healthView, metaView, type HealthView, type MetaView } from '#libs/contracts/api/meta.js';
import type { Db } from '#libs/store/db.js';
import { databaseAnswers } from '#libs/store/platform-queries.js';
import { DB } from '#libs/store/store.module.js';
import { Answers } from '../http/answers.js';
import { Unthrottled } from '../http/throttle.js';
import { version } from '#libs/config/version.js';

@ApiTags('Platform')
@Controller()
export class MetaController {
  constructor(
    @Inject(DB) private readonly db: Db,
    @Inject(ENV) private readonly env: Env,
  ) {}

  @Get('v1/meta')
  @Public()
  @Answers('What a client has to know before it signs in', metaView)
  meta(): MetaView {
    const platform = platformUrl(this.env);
    return {
      version,
      urls: {
        platform,
        appsDomain: this.env.BERTH_APPS_DOMAIN,
        gitBase: `${platform}/git`,
        docs: `${platform}/docs`,
      },
      createOnPush: this.env.BERTH_CREATE_ON_PUSH,
    };
  }

  @Get('healthz')
  @Public()
  @Unthrottled()
  @Answers('Does the api answer, and does its database? 503 when not', healthView)
  async health(@Res({ passthrough: true }) response: Response): Promise<HealthView> {
    const database = await databaseAnswers(this.db);
    if (!database) response.status(503);
    return { status: database ? 'ok' : 'degraded', database };
  }
}
