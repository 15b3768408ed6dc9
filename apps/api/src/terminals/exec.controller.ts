import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import type { Caller } from '#libs/access/caller.js';
import { Can } from '#libs/access/declaration.js';
import { CurrentApp, CurrentCaller } from '#libs/access/request.js';
import type { AppWithTeam } from '#libs/store/apps.js';
import type { Db } from '#libs/store/db.js';
import { instanceOf } from '#libs/store/instance-queries.js';
import { DB } from '#libs/store/store.module.js';
import { IdParam } from '../http/params.js';
import { Terminal } from './terminal-docs.js';
import { TerminalSessions } from './terminal-sessions.js';
import { demandWebSocket } from './web-sockets.js';

@ApiTags('Instances')
@Controller('v1/apps/:app/instances')
export class ExecController {
  constructor(
    @Inject(DB) private readonly db: Db,
    @Inject(TerminalSessions) private readonly sessions: TerminalSessions,
  ) {}

  @Get(':instance/exec')
  @Can('app.exec')
  @Terminal(
    'Run a command in an instance, with or without a terminal',
    '`{"t":"start","command":[…],"terminal":{"columns":80,"rows":24} or null}`',
    'Closing it ends the command and all that it started.',
  )
  async exec(
    @CurrentApp() app: AppWithTeam,
    @CurrentCaller() caller: Caller,
    @IdParam('instance') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    demandWebSocket(request);
    const instance = await instanceOf(this.db, app.id, id);
    await this.sessions.open({
      ...{ request, response, app, caller },
      start: 'start',
      path: '/exec',
      query: { appId: app.id, instance: id },
      events: { started: 'exec.started', ended: 'exec.ended' },
      facts: { instanceId: id, process: instance.process },
    });
  }
}
