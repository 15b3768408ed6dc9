import { setTimeout as delay } from 'node:timers/promises';
import type { TerminalLimits } from '#libs/core/terminal-limits.js';
import type { ClientFrame } from '#libs/contracts/terminal.js';
import type { Attachment } from '#libs/engine/port.js';
import type { ToClient } from '#libs/terminal/to-client.js';

/** How often a process is asked whether it has ended; and for a while after its streams have, since it then mostly has. */
const lookEveryMs = 1_000;
const closedLookMs = 15;
const closedForMs = 1_000;
/** What it started may hold its streams open after its end: silence of so long is theirs, not its last words. */
const lastWordsMs = 500;

/** An end that the command did not come to by itself. */
export interface Untimely {
  how: 'left' | 'idle' | 'time';
}
export type Ending = { how: 'exit'; code: number } | { how: 'detached' } | Untimely;

export interface Relayed {
  channel: ToClient;
  /** What the client sends, from here on. */
  frames: AsyncGenerator<ClientFrame>;
  process: Attachment;
  state: () => Promise<{ running: boolean; exitCode: number | null }>;
  limits: Pick<TerminalLimits, 'idleMs' | 'totalMs'>;
  /** Somebody else ends it; its reason is thrown. */
  told: AbortSignal;
}

/**
 * Joins a client and a process until the process ends, the client leaves, or time is up, whichever is first. Neither is ended
 * here. Back-pressure goes through: who reads slowly makes the other one wait.
 */
export async function relay(relayed: Relayed): Promise<Ending> {
  const clock = new Clock(relayed.limits);
  const gate = new Gate();
  const over = new AbortController();
  const told = rejectedBy(relayed.told);
  const gone = onAbort(relayed.channel.gone).then((): Ending => ({ how: 'left' }));
  try {
    return await Promise.race([
      gone,
      told.promise,
      clock.over,
      // The end of its frames says nothing: `gone` does.
      feed(relayed, clock, gate).then((left) => left ?? gone),
      exitOf(relayed, clock, gate, over.signal),
    ]);
  } finally {
    told.forget();
    clock.stop();
    over.abort();
  }
}

async function feed({ frames, process }: Relayed, clock: Clock, gate: Gate): Promise<Ending | null> {
  for await (const frame of frames) {
    clock.touch();
    if (frame.t === 'detach') return { how: 'detached' };
    if (frame.t === 'stdin') await process.write(frame.data);
    else if (frame.t === 'eof') process.end();
    else if (frame.t === 'pause') gate.close();
    else if (frame.t === 'resume') gate.open();
    else if (frame.t === 'resize') await process.resize(frame.size);
  }
  return null;
}

async function exitOf(relayed: Relayed, clock: Clock, gate: Gate, over: AbortSignal): Promise<Ending> {
  const printer = new Printer(relayed, clock, gate);
  let now = await relayed.state();
  while (now.running && !over.aborted) {
    await printer.wait();
    now = await relayed.state();
  }
  while (!printer.hasSpoken() && !over.aborted) await printer.wait();
  // Killed from outside together with its container: nobody took its code down.
  return { how: 'exit', code: now.exitCode ?? 137 };
}

/** Passes on what a process prints, and knows how it stands with that. */
class Printer {
  /** Since when nothing more has come; null while something is being passed on. */
  private quietSince: number | null = Date.now();
  private closedAt: number | null = null;
  private readonly printing: Promise<void>;

  constructor({ channel, process }: Relayed, clock: Clock, gate: Gate) {
    this.printing = (async () => {
      for await (const { stream, data } of process.output) {
        this.quietSince = null;
        clock.touch();
        await channel.send({ t: stream, data });
        await gate.passed;
        this.quietSince = Date.now();
      }
    })().finally(() => (this.closedAt = Date.now()));
    // Thrown where it is waited for.
    this.printing.catch(() => undefined);
  }

  /** Until it is worth while to look again: at the end of the streams, or after some time. */
  async wait(): Promise<void> {
    if (this.closedAt === null) await Promise.race([this.printing, delay(lookEveryMs)]);
    else await delay(Date.now() - this.closedAt < closedForMs ? closedLookMs : lookEveryMs);
  }

  /** Once the process is over: is all said? */
  hasSpoken(): boolean {
    const quiet = this.quietSince !== null && Date.now() - this.quietSince > lastWordsMs;
    return this.closedAt !== null || quiet;
  }
}

/** Closed while the client wants nothing more to be sent. */
class Gate {
  passed: Promise<void> = Promise.resolve();
  #open: (() => void) | null = null;

  close(): void {
    if (this.#open === null) this.passed = new Promise((resolve) => (this.#open = resolve));
  }

  open(): void {
    this.#open?.();
    this.#open = null;
  }
}

/** Time that is left: in all, and without a sign of life. */
class Clock {
  readonly over: Promise<Ending>;
  readonly #timers: NodeJS.Timeout[] = [];

  constructor({ idleMs, totalMs }: Relayed['limits']) {
    this.over = new Promise((resolve) => {
      this.#timers.push(
        setTimeout(() => resolve({ how: 'idle' }), idleMs),
        setTimeout(() => resolve({ how: 'time' }), totalMs),
      );
    });
  }

  touch(): void {
    this.#timers[0]?.refresh();
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }
}

function onAbort(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function rejectedBy(signal: AbortSignal): { promise: Promise<never>; forget: () => void } {
  let onTold = (): void => undefined;
  const promise = new Promise<never>((_, reject) => {
    onTold = () => reject(signal.reason as Error);
    if (signal.aborted) onTold();
    else signal.addEventListener('abort', onTold, { once: true });
  });
  return { promise, forget: () => signal.removeEventListener('abort', onTold) };
}
