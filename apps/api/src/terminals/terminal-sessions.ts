import { Inject, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Logger } from 'pino';
import { authorizeApp } from '#libs/access/authorize.js';
import { actorOf, type Caller } from '#libs/access/caller.js';
import type { Env } from '#libs/config/env.js';
import { ENV } from '#libs/config/env.module.js';
import { BerthError } from '#libs/core/errors.js';
import type { EventKind } from '#libs/contracts/events.js';
import type { ClientFrame } from '#libs/contracts/terminal.js';
import type { AppWithTeam } from '#libs/store/apps.js';
import { transaction, type Db } from '#libs/store/db.js';
import { emitEvent } from '#libs/store/events.js';
import { DB } from '#libs/store/store.module.js';
import type { ToClient } from '#libs/terminal/to-client.js';
import { startFrame } from '#libs/terminal/start-frame.js';
import { LiveStreams } from '../live/live-streams.js';
import { LOG } from '../log.js';
import { relayTerminal, type TerminalEnd } from './relay-terminal.js';
import { runtimeTerminal } from './runtime-terminal.js';
import { TerminalConnection } from './terminal-connection.js';

/** So much of a command is kept in the list of events. */
const SHOWN = 500;

type Facts = Record<string, string | number | boolean | null>;
type Start = 'start' | 'run' | 'attach';

/** A terminal that a route opens. */
export interface TerminalWish {
  request: Request;
  response: Response;
  app: AppWithTeam;
  caller: Caller;
  /** Kind of the first message. */
  start: Start;
  /** Of the runtime's control socket, and what it needs to know. */
  path: '/exec' | '/run' | '/attach';
  query: Record<string, string>;
  /** Written when it begins and ends. */
  events: { started: EventKind; ended: EventKind };
  facts: Facts;
}

/** Terminals of the runtime, opened for callers who may, bounded, and written to the list of events. */
@Injectable()
export class TerminalSessions {
  constructor(
    @Inject(DB) private readonly db: Db,
    @Inject(ENV) private readonly env: Env,
    @Inject(LOG) private readonly log: Logger,
    @Inject(LiveStreams) private readonly streams: LiveStreams,
  ) {}

  /** Resolves when the session is over. */
  open(wish: TerminalWish): Promise<void> {
    const { request, response, app, caller } = wish;
    return this.streams.hold(
      caller,
      async (now) => void (await authorizeApp(this.db, now, app.name, 'app.exec')),
      () => TerminalConnection.open(request, response),
      ({ channel }) => this.serve(channel, wish),
    );
  }

  private async serve(channel: ToClient, wish: TerminalWish): Promise<void> {
    try {
      const frames = channel.frames();
      const start = await startFrame<Start>(frames, wish.start);
      const facts = { ...wish.facts, ...factsOf(start) };
      await this.tell(wish, wish.events.started, facts);
      const from = Date.now();
      let end: TerminalEnd = { instance: null, exitCode: null, failure: 'runtime_unreachable' };
      try {
        end = await this.run(channel, wish, start, frames);
      } finally {
        const { instance, ...outcome } = end;
        const seconds = Math.round((Date.now() - from) / 1000);
        const where: Facts = instance === null ? {} : { instanceId: instance };
        await this.tell(wish, wish.events.ended, { ...facts, ...where, ...outcome, seconds });
      }
    } catch (error) {
      await channel.send({ t: 'failed', ...this.failureOf(error) });
    } finally {
      channel.close();
    }
  }

  private async run(
    channel: ToClient,
    { path, query }: TerminalWish,
    start: ClientFrame,
    frames: AsyncGenerator<ClientFrame>,
  ): Promise<TerminalEnd> {
    const runtime = await runtimeTerminal(this.env.BERTH_RUN_DIR, path, query);
    try {
      await runtime.send(start);
      return await relayTerminal({ channel, frames }, runtime);
    } finally {
      // At once: a runtime that reads no further would not hear a polite end.
      runtime.cut();
    }
  }

  private tell({ app, caller }: TerminalWish, kind: EventKind, data: Facts): Promise<void> {
    const actor = actorOf(caller);
    return transaction(this.db, (tx) =>
      emitEvent(tx, { teamId: app.teamId, appId: app.id, kind, data, actor }),
    );
  }

  private failureOf(error: unknown): { code: string; message: string } {
    if (error instanceof BerthError) return { code: error.code, message: error.message };
    this.log.error({ err: error }, 'A terminal broke.');
    return { code: 'terminal_failed', message: 'The terminal broke; open it again.' };
  }
}

function factsOf(start: ClientFrame & { t: Start }): Facts {
  const terminal = start.terminal !== null;
  if (start.t === 'attach') return { terminal };
  const command = start.command.join(' ');
  const shown = command.length <= SHOWN ? command : `${command.slice(0, SHOWN)}…`;
  return { command: shown, terminal, ...(start.t === 'run' && { image: start.image, remove: start.remove }) };
}
