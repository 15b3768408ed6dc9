import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Response } from 'express';
import type { Logger } from 'pino';
import type { Caller } from '#libs/access/caller.js';
import { recheckCaller } from '#libs/access/recheck.js';
import type { EventKind, Notice } from '#libs/contracts/events.js';
import { BerthError } from '#libs/core/errors.js';
import type { Db } from '#libs/store/db.js';
import type { NoticeListener } from '#libs/store/listener.js';
import { DB, LISTENER } from '#libs/store/store.module.js';
import { LOG } from '../log.js';
import { SseStream } from './sse.js';

const PER_USER = 30;
const IN_ALL = 500;
const HEARTBEAT_MS = 15_000;

/** After these, somebody may no longer see what they are shown. */
const ACCESS_CHANGES: ReadonlySet<EventKind> = new Set([
  'token.revoked',
  'member.updated',
  'member.removed',
  'team.deleted',
  'user.updated',
  'user.signed_out',
  'app.deleted',
]);

/** A connection that lasts: an event stream, or a terminal. */
export interface LiveConnection {
  /** Aborts when the client is gone, or `end` was called. */
  readonly signal: AbortSignal;
  /** Shows the client that the connection lives. */
  heartbeat(): void;
  end(): void;
}

/** Throws when the caller may not see the stream (any more). */
export type Permission = (caller: Caller) => Promise<void>;

/** All open live streams: bounded per user and in all, alive, and closed as soon as the right to see them is lost. */
@Injectable()
export class LiveStreams implements BeforeApplicationShutdown {
  private readonly open = new Map<LiveConnection, string>();
  private closing = false;

  constructor(
    @Inject(DB) private readonly db: Db,
    @Inject(LISTENER) private readonly listener: NoticeListener,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  get count(): number {
    return this.open.size;
  }

  /**
   * Runs a stream until `work` is done, the client is gone, or `permission` is lost. Throws before anything is sent:
   * `too_many_streams`, `unavailable`.
   */
  async run(
    response: Response,
    caller: Caller,
    permission: Permission,
    work: (stream: SseStream) => Promise<void>,
  ): Promise<void> {
    const open = (): SseStream => new SseStream(response);
    await this.hold(caller, permission, open, async (stream) => {
      stream.open();
      await work(stream);
    });
  }

  /** The same for a connection of any kind, which `open` makes once it may be. */
  async hold<T extends LiveConnection>(
    caller: Caller,
    permission: Permission,
    open: () => T | Promise<T>,
    work: (connection: T) => Promise<void>,
  ): Promise<void> {
    this.admit(caller);
    const stream = await open();
    this.open.set(stream, caller.user.id);
    const stopWatching = this.watch(stream, caller, permission);
    try {
      await work(stream);
    } catch (error) {
      if (!stream.signal.aborted) this.log.warn({ err: error }, 'A live stream broke.');
    } finally {
      stopWatching();
      this.open.delete(stream);
      stream.end();
    }
  }

  /** Clients reconnect to the next process and resume there. */
  beforeApplicationShutdown(): void {
    this.closing = true;
    for (const stream of this.open.keys()) stream.end();
  }

  private admit(caller: Caller): void {
    if (this.closing)
      throw new BerthError('unavailable', 'The platform is restarting; try again in a moment.');
    const own = [...this.open.values()].filter((userId) => userId === caller.user.id).length;
    if (own >= PER_USER || this.open.size >= IN_ALL)
      throw new BerthError('too_many_streams', `At most ${PER_USER} live streams at once; close one first.`, {
        details: { retryAfterSeconds: 10 },
      });
  }

  /** Heartbeats, and checks at each of them and at each change of access. Returns how to stop. */
  private watch(stream: LiveConnection, caller: Caller, permission: Permission): () => void {
    const check = async (): Promise<void> => {
      const allowed = await this.stillAllowed(caller, permission);
      if (!allowed) stream.end();
    };
    const onNotice = (notice: Notice): void => {
      if (notice.t === 'event' && ACCESS_CHANGES.has(notice.kind)) void check();
    };
    const onResync = (): void => void check();
    const timer = setInterval(() => {
      stream.heartbeat();
      void check();
    }, HEARTBEAT_MS);
    this.listener.on('notice', onNotice);
    this.listener.on('resync', onResync);
    return () => {
      clearInterval(timer);
      this.listener.off('notice', onNotice);
      this.listener.off('resync', onResync);
    };
  }

  private async stillAllowed(caller: Caller, permission: Permission): Promise<boolean> {
    try {
      const now = await recheckCaller(this.db, caller);
      if (!now) return false;
      await permission(now);
      return true;
    } catch (error) {
      // While the database is away nobody can lose a right, and nothing new can be shown either.
      return !(error instanceof BerthError);
    }
  }
}
