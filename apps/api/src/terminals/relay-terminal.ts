import type { ClientFrame } from '#libs/contracts/terminal.js';
import type { ServerFrame } from '#libs/contracts/terminal-frames.js';
import type { ToServer } from '#libs/terminal/channel.js';
import type { ToClient } from '#libs/terminal/to-client.js';
import { terminalAway } from './runtime-terminal.js';

/** How a terminal ended, for the list of events. */
export interface TerminalEnd {
  /** Where it was; null when it never began. */
  instance: string | null;
  exitCode: number | null;
  /** Code of what ended it instead; null after an exit. */
  failure: string | null;
}

/** Joins a client and the runtime until either ends. Both are closed afterwards by the caller. */
export async function relayTerminal(
  client: { channel: ToClient; frames: AsyncGenerator<ClientFrame> },
  runtime: ToServer,
): Promise<TerminalEnd> {
  const seen: { instance: string | null } = { instance: null };
  const left = new Promise<TerminalEnd>((resolve) => {
    const end = (): void => resolve({ ...seen, exitCode: null, failure: 'terminal_left' });
    if (client.channel.gone.aborted) end();
    else client.channel.gone.addEventListener('abort', end, { once: true });
  });
  const up = (async () => {
    for await (const frame of client.frames) await runtime.send(frame);
    return left;
  })();
  return Promise.race([left, up, down(runtime, client.channel, seen)]);
}

async function down(
  runtime: ToServer,
  client: ToClient,
  seen: { instance: string | null },
): Promise<TerminalEnd> {
  for await (const frame of runtime.frames()) {
    if (frame.t === 'started') seen.instance = frame.instance;
    await client.send(frame);
    const end = endOf(frame);
    if (end !== null) return { ...seen, ...end };
  }
  throw terminalAway();
}

function endOf(frame: ServerFrame): Omit<TerminalEnd, 'instance'> | null {
  if (frame.t === 'detached') return { exitCode: null, failure: 'detached' };
  if (frame.t === 'exit') return { exitCode: frame.code, failure: null };
  return frame.t === 'failed' ? { exitCode: null, failure: frame.code } : null;
}
