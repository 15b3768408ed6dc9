import { randomUUID } from 'node:crypto';
import { BerthError, messageOf } from '#libs/core/errors.js';
import { terminalLimits, type TerminalLimits } from '#libs/core/terminal-limits.js';
import type { ClientFrame } from '#libs/contracts/terminal.js';
import { EngineError, type ContainerEngine } from '#libs/engine/port.js';
import type { ToClient } from '#libs/terminal/to-client.js';
import { startFrame } from '#libs/terminal/start-frame.js';
import { relay, type Untimely } from './relay.js';

/** A peer that is gone is noticed within two of these. */
const keepAliveMs = 5_000;

/** Where a terminal is opened. */
export interface Place {
  appId: string;
  /** null: in an instance that is yet to be made. */
  instanceId: string | null;
}

/** A terminal that is open. */
export interface Session {
  id: string;
  place: Place;
  channel: ToClient;
  /** What the client sends; read it from one place at a time. */
  frames: AsyncGenerator<ClientFrame>;
  /** Aborts when somebody else ends it; its reason says why. */
  told: AbortSignal;
}

interface Open {
  place: Place;
  end: AbortController;
  over: Promise<void>;
}

/**
 * The terminals of this host: how many there are, how long they last, and that nothing is left of one that is over, whether its
 * process, its client, the instance or this runtime ended first.
 */
export class Terminals {
  readonly #open = new Map<string, Open>();
  #stopped = false;

  constructor(
    private readonly context: {
      engine: ContainerEngine;
      warn: (message: string, detail?: Record<string, unknown>) => void;
      limits?: TerminalLimits;
    },
  ) {}

  get limits(): TerminalLimits {
    return this.context.limits ?? terminalLimits;
  }

  /** Open terminals in an instance: one that has any is in use. */
  countIn(instanceId: string): number {
    return [...this.#open.values()].filter(({ place }) => place.instanceId === instanceId).length;
  }

  /** Ends what terminals of an earlier runtime left behind. */
  async sweep(): Promise<void> {
    const ended = await this.context.engine.endExecs(new Set(this.#open.keys()));
    if (ended > 0) this.context.warn(`Ended ${ended} processes of terminals that nobody holds any more.`);
  }

  /** Ends the terminals in an instance that is about to go or to be halted, and waits until they are over. */
  async endIn(instanceId: string): Promise<void> {
    const reason = new BerthError('terminal_ended', 'The instance was stopped or replaced.');
    await this.#end(({ place }) => place.instanceId === instanceId, reason);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#end(
      () => true,
      new BerthError('terminal_ended', 'The platform is restarting; open the terminal again in a moment.'),
    );
  }

  /** Tells a client that there is nothing to open a terminal in. */
  async refuse(channel: ToClient): Promise<void> {
    await channel.send({ t: 'failed', ...failureOf(new EngineError('gone', 'No such instance.')) });
    channel.close();
  }

  /** Runs the command that the client asks for in an instance, until either ends; then closes the channel. Never throws. */
  exec(
    channel: ToClient,
    place: { appId: string; instanceId: string; containerId: string; env?: Record<string, string> },
  ): Promise<void> {
    const { appId, instanceId } = place;
    return this.hold(channel, { appId, instanceId }, async (session) => {
      const { engine, warn } = this.context;
      const { command, terminal } = await startFrame(session.frames, 'start');
      const env = { ...place.env, ...(terminal !== null && { TERM: terminal.kind }) };
      const process = await engine.exec(place.containerId, { id: session.id, command, env, terminal });
      try {
        await channel.send({ t: 'started', instance: place.instanceId, terminal: terminal !== null });
        const limits = this.limits;
        const ending = await relay({ ...session, process, state: () => process.state(), limits });
        if (ending.how === 'exit') await channel.send({ t: 'exit', code: ending.code });
        else if (ending.how !== 'detached') throw endedBy(ending, limits);
      } finally {
        const ended = await process.kill().catch(() => false);
        const where = { appId: place.appId, instanceId: place.instanceId };
        if (!ended) warn('A command of a terminal may go on: its process is out of reach.', where);
      }
    });
  }

  /** Counts a session while `work` lasts, tells the client when it fails, and closes the channel. Never throws. */
  async hold(channel: ToClient, place: Place, work: (session: Session) => Promise<void>): Promise<void> {
    channel.keepAlive(keepAliveMs);
    try {
      const id = this.#admit(place);
      const end = new AbortController();
      const session = { id, place, channel, frames: channel.frames(), told: end.signal };
      const over = work(session).finally(() => this.#open.delete(id));
      this.#open.set(id, { place, end, over: over.catch(() => undefined) });
      await over;
    } catch (error) {
      await channel.send({ t: 'failed', ...failureOf(error) });
    } finally {
      channel.close();
    }
  }

  #admit({ appId }: Place): string {
    const { perApp, perHost } = this.limits;
    const own = [...this.#open.values()].filter(({ place }) => place.appId === appId).length;
    if (this.#stopped)
      throw new BerthError('unavailable', 'The platform is restarting; try again in a moment.');
    if (own >= perApp || this.#open.size >= perHost)
      throw new BerthError(
        'too_many_terminals',
        `An app has at most ${perApp} terminals at once; close one first.`,
      );
    return randomUUID();
  }

  async #end(which: (open: Open) => boolean, reason: BerthError): Promise<void> {
    const chosen = [...this.#open.values()].filter(which);
    for (const { end } of chosen) end.abort(reason);
    await Promise.all(chosen.map(({ over }) => over));
  }
}

/** Why a terminal is over that was not ended by its command. */
export function endedBy(ending: Untimely, limits: Pick<TerminalLimits, 'idleMs' | 'totalMs'>): BerthError {
  const minutes = (ms: number): string => `${Math.max(1, Math.round(ms / 60_000))} minutes`;
  switch (ending.how) {
    case 'left':
      return new BerthError('terminal_left', 'The client left.');
    case 'idle':
      return new BerthError('terminal_idle', `Nothing was typed or printed for ${minutes(limits.idleMs)}.`);
    case 'time':
      return new BerthError(
        'terminal_time',
        `A terminal lasts ${minutes(limits.totalMs)} at most; open another.`,
      );
  }
}

function failureOf(error: unknown): { code: string; message: string } {
  if (error instanceof BerthError) return { code: error.code, message: error.message };
  if (error instanceof EngineError && (error.code === 'gone' || error.code === 'conflict'))
    return { code: 'instance_not_running', message: 'The instance does not run (any more); choose another.' };
  return { code: 'terminal_failed', message: messageOf(error) };
}
