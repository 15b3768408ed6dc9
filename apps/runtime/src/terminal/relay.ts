import { setTimeout as delay } from 'node:timers/promises';
import type { TerminalLimits } from '#libs/core/terminal-limits.js';
import type { ClientFrame } from '#libs/contracts/terminal.js';
import type { Attachment } from '#libs/engine/port.js';
import type { ToClient } from '#libs/terminal/channel.js';

/** How often a process is asked whether it has ended, while its streams are open and once they are not. */
const lookEveryMs = 500;
const closedLookMs = 15;
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
  const told = rejectedBy(relayed.told);
  const gone = onAbort(relayed.channel.gone).then((): Ending => ({ how: 'left' }));
  try {
    return await Promise.race([
      gone,
      told.promise,
      clock.over,
      // The end of its frames says nothing: `gone` does.
      feed(relayed, clock, gate).then((left) => left ?? gone),
      exitOf(relayed, clock, gate),
    ]);
  } finally {
    told.forget();
    clock.stop();
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

async function exitOf({ channel, process, state }: Relayed, clock: Clock, gate: Gate): Promise<Ending> {
  /** Since when nothing more has come; null while something is being passed on. */
  let quietSince: number | null = Date.now();
  let closed = false;
  const printing = (async () => {
    for await (const { stream, data } of process.output) {
      quietSince = null;
      clock.touch();
      await channel.send({ t: stream, data });
      await gate.passed;
      quietSince = Date.now();
    }
  })().finally(() => (closed = true));
  // Thrown where it is waited for.
  printing.catch(() => undefined);
  const look = () => Promise.race([printing, delay(closed ? closedLookMs : lookEveryMs)]);
  let now = await state();
  while (now.running) {
    await (closed ? delay(closedLookMs) : look());
    now = await state();
  }
  const spoken = (): boolean => closed || (quietSince !== null && Date.now() - quietSince > lastWordsMs);
  while (!spoken()) await Promise.race([printing, delay(closedLookMs)]);
  // Killed from outside together with its container: nobody took its code down.
  return { how: 'exit', code: now.exitCode ?? 137 };
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
