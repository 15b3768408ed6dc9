import { Controller, Get, Headers, Inject, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { authorizeApp } from '#libs/access/authorize.js';
import type { Caller } from '#libs/access/caller.js';
import { Can } from '#libs/access/declaration.js';
import { CurrentApp, CurrentCaller } from '#libs/access/request.js';
import { deploymentStream } from '#libs/contracts/api/deployments.js';
import type { App } from '#libs/store/apps.js';
import type { Db } from '#libs/store/db.js';
import { deploymentByNumber } from '#libs/store/deployment-queries.js';
import type { NoticeListener } from '#libs/store/listener.js';
import { DB, LISTENER } from '#libs/store/store.module.js';
import { Streams } from '../http/answers.js';
import { NumberParam } from '../http/params.js';
import { lastEventId } from '../live/last-event-id.js';
import { LiveStreams } from '../live/live-streams.js';
import { streamDeployment } from './deployment-stream.js';

@ApiTags('Deployments')
@Controller('v1/apps/:app/deployments/:number/log')
export class DeploymentStreamController {
  constructor(
    @Inject(DB) private readonly db: Db,
    @Inject(LISTENER) private readonly listener: NoticeListener,
    @Inject(LiveStreams) private readonly streams: LiveStreams,
  ) {}

  @Get('stream')
  @Can('logs.read')
  @Streams('Follow a deployment: its lines, steps and statuses as they come', deploymentStream)
  async stream(
    @CurrentApp() app: App,
    @CurrentCaller() caller: Caller,
    @NumberParam() number: number,
    @Headers('last-event-id') last: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const { id } = await deploymentByNumber(this.db, app.id, number);
    const after = lastEventId(last) ?? 0n;
    await this.streams.run(
      response,
      caller,
      async (now) => void (await authorizeApp(this.db, now, app.name, 'logs.read')),
      (stream) => streamDeployment({ db: this.db, listener: this.listener, id, after, stream }),
    );
  }
}
