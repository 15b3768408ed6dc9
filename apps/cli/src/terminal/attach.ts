import { once } from 'node:events';
import type { ClientFrame, ExecStart, ServerFrame } from '#libs/contracts/terminal.js';
import type { ToServer } from '#libs/terminal/channel.js';
import { exitCode } from '../frame/exit-codes.js';
import { Failure } from '../frame/failure.js';
import type { Context } from '../frame/context.js';
import { DetachKeys } from './detach-keys.js';

/** Which ends this program has. */
export interface LocalEnds {
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
}

/** What the person asked for: `-i` and `-t`. Neither, at a terminal: both. */
export interface Wish {
  interactive?: boolean;
  tty?: boolean;
}

export interface Ends {
  /** Is standard input passed on? */
  input: boolean;
  /** A terminal there is only between two terminals here; else streams stay plain. */
  terminal: boolean;
}

export function endsFor({ interactive, tty }: Wish, { stdin, stdout }: LocalEnds): Ends {
  const possible = stdin.isTTY && stdout.isTTY;
  const asked = interactive === true || tty === true;
  const terminal = possible && (tty === true || !asked);
  return { input: interactive === true || terminal, terminal };
}

/** The size and kind of the terminal here, for a start message. */
export function terminalHere({ stdout }: LocalEnds, env: Context['env']): NonNullable<ExecStart['terminal']> {
  const kind = env['TERM'] ?? '';
  return { ...sizeOf(stdout), kind: /^[A-Za-z0-9._+-]{1,40}$/.test(kind) ? kind : 'xterm-256color' };
}

function sizeOf({ columns, rows }: NodeJS.WriteStream): { columns: number; rows: number } {
  const within = (number: number, otherwise: number): number =>
    Math.min(1000, Math.max(1, number || otherwise));
  return { columns: within(columns, 80), rows: within(rows, 24) };
}

/**
 * Joins this program's streams with a command on the platform until it ends, the person leaves, or the connection breaks.
 *
 * @returns the command's exit code
 */
export async function attach(
  context: Context,
  channel: ToServer,
  { ends, here }: { ends: Ends; here: LocalEnds },
): Promise<number> {
  const left = new AbortController();
  const restore = ends.terminal ? holdTerminal(here, channel) : () => undefined;
  if (ends.input) void passInput(channel, here.stdin, ends.terminal, left).catch(() => channel.cut());
  else void channel.send({ t: 'eof' });
  try {
    for await (const frame of channel.frames()) {
      const code = await show(frame, here);
      if (code !== null) return code;
    }
  } finally {
    restore();
    here.stdin.pause();
    channel.close();
  }
  if (left.signal.aborted) {
    context.ui.say('Left.');
    return 0;
  }
  if (context.signal.aborted) return exitCode('interrupted');
  throw new Failure('The connection to the platform broke.', {
    why: 'The command was ended.',
    todo: 'Try again in a moment; `berth status` tells more.',
    exit: 'unreachable',
  });
}

/** The exit code, once it is known. */
async function show(frame: ServerFrame, { stdout, stderr }: LocalEnds): Promise<number | null> {
  switch (frame.t) {
    case 'stdout':
    case 'stderr': {
      const to = frame.t === 'stdout' ? stdout : stderr;
      if (!to.write(frame.data)) await once(to, 'drain');
      return null;
    }
    case 'exit':
      return frame.code;
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
  left: AbortController,
): Promise<void> {
  const keys = terminal ? new DetachKeys() : null;
  for await (const typed of stdin.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    const { data, leave } = keys?.take(typed) ?? { data: typed, leave: false };
    if (data.length > 0 && !(await channel.send({ t: 'stdin', data }))) return;
    if (!leave) continue;
    left.abort();
    return channel.close();
  }
  await channel.send({ t: 'eof' } satisfies ClientFrame);
}

/** Keys go on as they are, sizes follow; returns how to give the terminal back. */
function holdTerminal({ stdin, stdout }: LocalEnds, channel: ToServer): () => void {
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
