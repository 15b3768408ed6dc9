import { Controller, Delete, Get, Inject, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { actorOf, type Caller } from '#libs/access/caller.js';
import { Can } from '#libs/access/declaration.js';
import { CurrentApp, CurrentCaller } from '#libs/access/request.js';
import type { Env } from '#libs/config/env.js';
import { ENV } from '#libs/config/env.module.js';
import { removeQuery } from '#libs/contracts/api/instances.js';
import type { AppWithTeam } from '#libs/store/apps.js';
import { transaction, type Db } from '#libs/store/db.js';
import { emitEvent } from '#libs/store/events.js';
import { oneOffOf } from '#libs/store/instance-queries.js';
import { DB } from '#libs/store/store.module.js';
import { Answers } from '../http/answers.js';
import { IdParam } from '../http/params.js';
import { removeAtRuntime } from './runtime-terminal.js';
import { Terminal } from './terminal-docs.js';
import { TerminalSessions } from './terminal-sessions.js';
import { demandWebSocket } from './web-sockets.js';

@ApiTags('Instances')
@Controller('v1/apps/:app')
export class OneOffsController {
  constructor(
    @Inject(DB) private readonly db: Db,
    @Inject(ENV) private readonly env: Env,
    @Inject(TerminalSessions) private readonly sessions: TerminalSessions,
  ) {}

  @Get('run')
  @Can('app.exec')
  @Terminal(
    'Start a one-off instance and be at its terminal',
    '`{"t":"run","command":[…],"terminal":{…} or null,"image":null,"remove":false}` and gets a `{"t":"step"}` for each step of docker run',
    'Closing it stops the instance; `{"t":"detach"}` lets it go on. It is kept when it ends, unless `remove` says otherwise.',
  )
  run(
    @CurrentApp() app: AppWithTeam,
    @CurrentCaller() caller: Caller,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    demandWebSocket(request);
    return this.sessions.open({
      ...{ request, response, app, caller },
      start: 'run',
      path: '/run',
      query: { appId: app.id },
      events: { started: 'run.started', ended: 'run.ended' },
      facts: {},
    });
  }

  @Get('instances/:instance/attach')
  @Can('app.exec')
  @Terminal(
    'Start a one-off instance again, or join one that was left',
    '`{"t":"attach","terminal":{…} or null}`',
    'Closing it stops the instance; `{"t":"detach"}` lets it go on.',
  )
  async attach(
    @CurrentApp() app: AppWithTeam,
    @CurrentCaller() caller: Caller,
    @IdParam('instance') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    demandWebSocket(request);
    const { command } = await oneOffOf(this.db, app.id, id);
    await this.sessions.open({
      ...{ request, response, app, caller },
      start: 'attach',
      path: '/attach',
      query: { appId: app.id, instance: id },
      events: { started: 'run.started', ended: 'run.ended' },
      facts: { instanceId: id, command },
    });
  }

  @Delete('instances/:instance')
  @Can('app.exec')
  @Answers('Remove a one-off instance with its writable layer; one that runs only with `force=1`', null)
  async remove(
    @CurrentApp() app: AppWithTeam,
    @CurrentCaller() caller: Caller,
    @IdParam('instance') id: string,
    @Query({ schema: removeQuery }) { force }: { force: '0' | '1' },
  ): Promise<void> {
    const { command } = await oneOffOf(this.db, app.id, id);
    await removeAtRuntime(this.env.BERTH_RUN_DIR, { appId: app.id, instance: id, force });
    await transaction(this.db, (tx) =>
      emitEvent(tx, {
        teamId: app.teamId,
        appId: app.id,
        kind: 'run.removed',
        data: { instanceId: id, command },
        actor: actorOf(caller),
      }),
    );
  }
}
