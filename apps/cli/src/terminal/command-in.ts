import type { ToServer } from '#libs/terminal/channel.js';
import { Failure } from '../frame/failure.js';
import type { Context } from '../frame/context.js';
import { seg } from '../http/client.js';

/** So much of what a command complains about is kept, in characters. */
const COMPLAINT_MAX = 4_000;

/**
 * Runs a command in an instance with plain streams, for this program rather than for a person.
 *
 * @param io.input what it reads; absent: nothing
 * @param io.output takes what it prints; the command waits until that resolves
 * Throws a Failure when it cannot be run.
 */
export async function commandIn(
  context: Context,
  instance: string,
  command: readonly string[],
  io: { input?: AsyncIterable<Uint8Array>; output?: (data: Uint8Array) => Promise<void> } = {},
): Promise<{ code: number; complaint: string }> {
  const path = `${await context.appPath()}/instances/${seg(instance)}/exec`;
  const channel = await context.api.terminal(path);
  await channel.send({ t: 'start', command: [...command], terminal: null });
  let complaint = '';
  let broken: unknown = null;
  try {
    for await (const frame of channel.frames()) {
      if (frame.t === 'started') feed(channel, io.input).catch((error: unknown) => stop(error));
      else if (frame.t === 'stdout') await io.output?.(frame.data);
      else if (frame.t === 'stderr')
        complaint = (complaint + Buffer.from(frame.data).toString()).slice(0, COMPLAINT_MAX);
      else if (frame.t === 'exit') return { code: frame.code, complaint };
      else if (frame.t === 'failed') throw new Failure(frame.message, { code: frame.code, exit: 'refused' });
    }
  } finally {
    channel.close();
  }
  throw broken ?? new Failure('The connection to the platform broke.', { exit: 'unreachable' });

  function stop(error: unknown): void {
    broken = error;
    channel.cut();
  }
}

async function feed(channel: ToServer, input: AsyncIterable<Uint8Array> = none()): Promise<void> {
  for await (const data of input) if (!(await channel.send({ t: 'stdin', data }))) return;
  await channel.send({ t: 'eof' });
}

async function* none(): AsyncGenerator<Uint8Array> {}
