import { Controller, Get, Headers, Inject, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { authorizeApp } from '#libs/access/authorize.js';
import type { Caller } from '#libs/access/caller.js';
import { Can } from '#libs/access/declaration.js';
import { CurrentApp, CurrentCaller } from '#libs/access/request.js';
import type { Env } from '#libs/config/env.js';
import { ENV } from '#libs/config/env.module.js';
import {
  appLog,
  appLogQuery,
  appLogStream,
  type AppLog,
  type AppLogLine,
  type AppLogQuery,
} from '#libs/contracts/api/logs.js';
import type { App } from '#libs/store/apps.js';
import type { Db } from '#libs/store/db.js';
import { DB } from '#libs/store/store.module.js';
import { Answers, Streams } from '../http/answers.js';
import { LiveStreams } from '../live/live-streams.js';
import { streamAppLog } from './log-stream.js';
import { runtimeLogs } from './runtime-logs.js';

@ApiTags('Logs')
@Controller('v1/apps/:app/logs')
export class LogsController {
  constructor(
    @Inject(DB) private readonly db: Db,
    @Inject(ENV) private readonly env: Env,
    @Inject(LiveStreams) private readonly streams: LiveStreams,
  ) {}

  @Get()
  @Can('logs.read')
  @Answers('The last lines that an app printed', appLog)
  async last(@CurrentApp() app: App, @Query({ schema: appLogQuery }) query: AppLogQuery): Promise<AppLog> {
    const wish = { ...query, appId: app.id, follow: false };
    const lines: AppLogLine[] = [];
    const patience = AbortSignal.timeout(10_000);
    for await (const line of runtimeLogs(this.env.BERTH_RUN_DIR, wish, patience)) lines.push(line);
    return { lines };
  }

  @Get('stream')
  @Can('logs.read')
  @Streams('The last lines that an app printed, and those that come', appLogStream)
  async stream(
    @CurrentApp() app: App,
    @CurrentCaller() caller: Caller,
    @Query({ schema: appLogQuery }) query: AppLogQuery,
    @Headers('last-event-id') last: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const wish = { ...query, appId: app.id, follow: true };
    await this.streams.run(
      response,
      caller,
      async (now) => void (await authorizeApp(this.db, now, app.name, 'logs.read')),
      (stream) => streamAppLog({ runDir: this.env.BERTH_RUN_DIR, wish, last, stream }),
    );
  }
}
