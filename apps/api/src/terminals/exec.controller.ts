import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import type { Logger } from 'pino';
import { authorizeApp } from '#libs/access/authorize.js';
import { actorOf, type Caller } from '#libs/access/caller.js';
import { Can } from '#libs/access/declaration.js';
import { CurrentApp, CurrentCaller } from '#libs/access/request.js';
import type { Env } from '#libs/config/env.js';
import { ENV } from '#libs/config/env.module.js';
import { BerthError } from '#libs/core/errors.js';
import type { ClientFrame } from '#libs/contracts/terminal.js';
import type { AppWithTeam } from '#libs/store/apps.js';
import { transaction, type Db } from '#libs/store/db.js';
import { emitEvent } from '#libs/store/events.js';
import { instanceOf } from '#libs/store/instance-queries.js';
import { DB } from '#libs/store/store.module.js';
import type { ToClient } from '#libs/terminal/channel.js';
import { startFrame, type StartFrame } from '#libs/terminal/start-frame.js';
import { IdParam } from '../http/params.js';
import { LiveStreams } from '../live/live-streams.js';
import { LOG } from '../log.js';
import { relayTerminal, type TerminalEnd } from './relay-terminal.js';
import { runtimeTerminal } from './runtime-terminal.js';
import { TerminalConnection } from './terminal-connection.js';
import { demandWebSocket } from './web-sockets.js';

/** So much of a command is kept in the list of events. */
const SHOWN = 500;

interface Place {
  app: AppWithTeam;
  caller: Caller;
  instance: Awaited<ReturnType<typeof instanceOf>>;
}

@ApiTags('Instances')
@Controller('v1/apps/:app/instances')
export class ExecController {
  constructor(
    @Inject(DB) private readonly db: Db,
    @Inject(ENV) private readonly env: Env,
    @Inject(LOG) private readonly log: Logger,
    @Inject(LiveStreams) private readonly streams: LiveStreams,
  ) {}

  @Get(':instance/exec')
  @Can('app.exec')
  @ApiOperation({
    summary: 'Run a command in an instance, with or without a terminal',
    description:
      'A WebSocket. The client sends `{"t":"start","command":[…],"terminal":{"columns":80,"rows":24} or null}`, then data as binary messages that begin with a zero byte, `{"t":"resize","size":{…}}` and `{"t":"eof"}`. It gets `{"t":"started"}`, output as binary messages that begin with 1 (stdout) or 2 (stderr), and at the end `{"t":"exit","code":0}` or `{"t":"failed","code":"…","message":"…"}`. Closing it ends the command and all that it started.',
  })
  @ApiResponse({ status: 101, description: 'Switched to a WebSocket' })
  async exec(
    @CurrentApp() app: AppWithTeam,
    @CurrentCaller() caller: Caller,
    @IdParam('instance') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    demandWebSocket(request);
    const instance = await instanceOf(this.db, app.id, id);
    await this.streams.hold(
      caller,
      async (now) => void (await authorizeApp(this.db, now, app.name, 'app.exec')),
      () => TerminalConnection.open(request, response),
      ({ channel }) => this.serve(channel, { app, caller, instance }),
    );
  }

  private async serve(channel: ToClient, place: Place): Promise<void> {
    try {
      const frames = channel.frames();
      const start = await startFrame(frames);
      const facts = { command: shown(start.command), terminal: start.terminal !== null };
      await this.tell('exec.started', place, facts);
      const from = Date.now();
      let end: TerminalEnd = { exitCode: null, failure: 'runtime_unreachable' };
      try {
        end = await this.run(channel, place, start, frames);
      } finally {
        const seconds = Math.round((Date.now() - from) / 1000);
        await this.tell('exec.ended', place, { ...facts, ...end, seconds });
      }
    } catch (error) {
      await channel.send({ t: 'failed', ...this.failureOf(error) });
    } finally {
      channel.close();
    }
  }

  private async run(
    channel: ToClient,
    { app, instance }: Place,
    start: StartFrame,
    frames: AsyncGenerator<ClientFrame>,
  ): Promise<TerminalEnd> {
    const query = { appId: app.id, instance: instance.id };
    const runtime = await runtimeTerminal(this.env.BERTH_RUN_DIR, '/exec', query);
    try {
      await runtime.send(start);
      return await relayTerminal({ channel, frames }, runtime);
    } finally {
      // At once: a runtime that reads no further would not hear a polite end.
      runtime.cut();
    }
  }

  private tell(
    kind: 'exec.started' | 'exec.ended',
    { app, caller, instance }: Place,
    facts: Record<string, string | number | boolean | null>,
  ): Promise<void> {
    return transaction(this.db, (tx) =>
      emitEvent(tx, {
        teamId: app.teamId,
        appId: app.id,
        kind,
        data: { instanceId: instance.id, process: instance.process, ...facts },
        actor: actorOf(caller),
      }),
    );
  }

  private failureOf(error: unknown): { code: string; message: string } {
    if (error instanceof BerthError) return { code: error.code, message: error.message };
    this.log.error({ err: error }, 'A terminal broke.');
    return { code: 'terminal_failed', message: 'The terminal broke; open it again.' };
  }
}

function shown(command: string[]): string {
  const text = command.join(' ');
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`;
}
