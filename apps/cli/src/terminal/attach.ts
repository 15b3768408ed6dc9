import { once } from 'node:events';
import type { ClientFrame, ExecStart } from '#libs/contracts/terminal.js';
import type { ServerFrame } from '#libs/contracts/terminal-frames.js';
import type { ToServer } from '#libs/terminal/channel.js';
import { exitCode } from '../frame/exit-codes.js';
import type { OptionSpecs, OptionValues } from '../frame/command.js';
import { Failure } from '../frame/failure.js';
import type { Context } from '../frame/context.js';
import type { Streams } from '../ui/ui.js';
import { DetachKeys } from '#libs/core/detach-keys.js';

/** What the person asks for, in docker's words. Neither, at a terminal: both. */
export const terminalOptions = {
  interactive: { type: 'boolean', short: 'i', about: 'Pass standard input on' },
  tty: { type: 'boolean', short: 't', about: 'With a terminal, where there is one here' },
} as const satisfies OptionSpecs;

export interface Ends {
  /** Is standard input passed on? */
  input: boolean;
  /** A terminal there is only between two terminals here; else streams stay plain. */
  terminal: boolean;
}

export function endsFor(
  { interactive, tty }: OptionValues<typeof terminalOptions>,
  { stdin, stdout }: Streams,
): Ends {
  const possible = stdin.isTTY && stdout.isTTY;
  const asked = interactive === true || tty === true;
  const terminal = possible && (tty === true || !asked);
  return { input: interactive === true || terminal, terminal };
}

/** The size and kind of the terminal here, for a start message. */
export function terminalHere({ stdout }: Streams, env: Context['env']): NonNullable<ExecStart['terminal']> {
  const kind = env['TERM'] ?? '';
  return { ...sizeOf(stdout), kind: /^[A-Za-z0-9._+-]{1,40}$/.test(kind) ? kind : 'xterm-256color' };
}

function sizeOf({ columns, rows }: NodeJS.WriteStream): { columns: number; rows: number } {
  const within = (number: number, otherwise: number): number =>
    Math.min(1000, Math.max(1, number || otherwise));
  return { columns: within(columns, 80), rows: within(rows, 24) };
}

/** How a session went: its exit code, or that the person left. */
export type Outcome = { how: 'exit'; code: number } | { how: 'left' } | { how: 'detached'; until: string };

/**
 * Joins this program's streams with a command on the platform until it ends, the person leaves, or the connection breaks.
 *
 * @param options.leave what Ctrl-P Ctrl-Q does: `detach` where the command then goes on
 * @param options.onFrame told of everything else that comes
 */
export async function attach(
  context: Context,
  channel: ToServer,
  options: {
    ends: Ends;
    here: Streams;
    leave: 'close' | 'detach';
    onFrame?: (frame: ServerFrame) => void;
    onStarted?: (instance: string) => void;
  },
): Promise<Outcome> {
  const { ends, here } = options;
  const session: { left: boolean; restore: () => void } = { left: false, restore: () => undefined };
  try {
    for await (const frame of channel.frames()) {
      options.onFrame?.(frame);
      if (frame.t === 'started') {
        begin(channel, options, session, frame.terminal && ends.terminal);
        options.onStarted?.(frame.instance);
      }
      const outcome = await show(frame, here);
      if (outcome !== null) return outcome;
    }
  } finally {
    session.restore();
    here.stdin.pause();
    channel.close();
  }
  if (session.left) return { how: 'left' };
  if (context.signal.aborted) return { how: 'exit', code: exitCode('interrupted') };
  throw new Failure('The connection to the platform broke.', {
    why: 'What ran there was ended.',
    todo: 'Try again in a moment; `berth status` tells more.',
    exit: 'unreachable',
  });
}

/** From here on it reads what is typed. */
function begin(
  channel: ToServer,
  { ends, here, leave }: Parameters<typeof attach>[2],
  session: { left: boolean; restore: () => void },
  terminal: boolean,
): void {
  if (terminal) session.restore = holdTerminal(here, channel);
  if (!ends.input) return void channel.send({ t: 'eof' });
  const onLeave = (): void => {
    session.left = true;
    if (leave === 'detach') void channel.send({ t: 'detach' });
    else channel.close();
  };
  passInput(channel, here.stdin, terminal, onLeave).catch(() => channel.cut());
}

/** How it ended, once that is known. */
async function show(frame: ServerFrame, { stdout, stderr }: Streams): Promise<Outcome | null> {
  switch (frame.t) {
    case 'stdout':
    case 'stderr': {
      const to = frame.t === 'stdout' ? stdout : stderr;
      if (!to.write(frame.data)) await once(to, 'drain');
      return null;
    }
    case 'exit':
      return { how: 'exit', code: frame.code };
    case 'detached':
      return { how: 'detached', until: frame.until };
    case 'failed':
      throw failureOf(frame);
    default:
      return null;
  }
}

function failureOf({ code, message }: ServerFrame & { t: 'failed' }): Failure {
  const exit = code === 'runtime_unreachable' || code === 'unavailable' ? 'unreachable' : 'refused';
  return new Failure(message, { code, exit });
}

async function passInput(
  channel: ToServer,
  stdin: NodeJS.ReadStream,
  terminal: boolean,
  onLeave: () => void,
): Promise<void> {
  const keys = terminal ? new DetachKeys() : null;
  for await (const typed of stdin.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    const { data, leave } = keys?.take(typed) ?? { data: typed, leave: false };
    if (data.length > 0 && !(await channel.send({ t: 'stdin', data }))) return;
    if (leave) return onLeave();
  }
  await channel.send({ t: 'eof' } satisfies ClientFrame);
}

/** Keys go on as they are, sizes follow; returns how to give the terminal back. */
function holdTerminal({ stdin, stdout }: Streams, channel: ToServer): () => void {
  const onResize = (): void => void channel.send({ t: 'resize', size: sizeOf(stdout) });
  const restore = (): void => {
    stdin.setRawMode(false);
    stdout.off('resize', onResize);
    process.off('exit', restore);
  };
  stdin.setRawMode(true);
  stdout.on('resize', onResize);
  process.once('exit', restore);
  return restore;
}
