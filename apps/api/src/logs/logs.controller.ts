import { Controller, Get, Headers, Inject, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { authorizeApp } from '#libs/access/authorize.js';
import type { Caller } from '#libs/access/caller.js';
import { Can } from '#libs/access/declaration.js';
import { CurrentApp, CurrentCaller, CurrentTeam, type Access } from '#libs/access/request.js';
import type { Env } from '#libs/config/env.js';
import { ENV } from '#libs/config/env.module.js';
import {
  appLog,
  appLogFilter,
  appLogQuery,
  appLogStream,
  type AppLog,
  type AppLogFilter,
  type AppLogLine,
  type AppLogQuery,
} from '#libs/contracts/api/logs.js';
import { mostLogLines } from '#libs/contracts/runtime-api.js';
import { allows, type Role } from '#libs/core/roles.js';
import type { App } from '#libs/store/apps.js';
import type { Db } from '#libs/store/db.js';
import { DB } from '#libs/store/store.module.js';
import { Answers, SendsText, Streams } from '../http/answers.js';
import { LiveStreams } from '../live/live-streams.js';
import { sendLogFile } from './log-download.js';
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
  async last(
    @CurrentApp() app: App,
    @CurrentTeam() { role }: Access,
    @CurrentCaller() caller: Caller,
    @Query({ schema: appLogQuery }) query: AppLogQuery,
  ): Promise<AppLog> {
    const withoutOneOffs = !seesOneOffs(role, caller);
    const wish = { ...query, appId: app.id, follow: false, withoutOneOffs };
    const lines: AppLogLine[] = [];
    const patience = AbortSignal.timeout(10_000);
    for await (const line of runtimeLogs(this.env.BERTH_RUN_DIR, wish, patience)) lines.push(line);
    return { lines };
  }

  @Get('download')
  @Can('logs.read')
  @SendsText('The lines that an app printed, as a text file: the newest 50,000 that fit')
  async download(
    @CurrentApp() app: App,
    @CurrentTeam() { role }: Access,
    @CurrentCaller() caller: Caller,
    @Query({ schema: appLogFilter }) query: AppLogFilter,
    @Res() response: Response,
  ): Promise<void> {
    const withoutOneOffs = !seesOneOffs(role, caller);
    const wish = { ...query, appId: app.id, tail: mostLogLines, follow: false, withoutOneOffs };
    await sendLogFile({ runDir: this.env.BERTH_RUN_DIR, wish, name: `${app.name}.log`, response });
  }

  @Get('stream')
  @Can('logs.read')
  @Streams('The last lines that an app printed, and those that come', appLogStream)
  async stream(
    @CurrentApp() app: App,
    @CurrentTeam() { role }: Access,
    @CurrentCaller() caller: Caller,
    @Query({ schema: appLogQuery }) query: AppLogQuery,
    @Headers('last-event-id') last: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const withoutOneOffs = !seesOneOffs(role, caller);
    const needed = withoutOneOffs ? 'logs.read' : 'app.exec';
    const wish = { ...query, appId: app.id, follow: true, withoutOneOffs };
    await this.streams.run(
      response,
      caller,
      async (now) => void (await authorizeApp(this.db, now, app.name, needed)),
      (stream) => streamAppLog({ runDir: this.env.BERTH_RUN_DIR, wish, last, stream }),
    );
  }
}

/** What a person did at a terminal (`berth run -it APP -- env`) may show what the app knows: it is for those who may do the same. */
function seesOneOffs(role: Role, caller: Caller): boolean {
  return allows('app.exec', role, caller.scopes);
}
