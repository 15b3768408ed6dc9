import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { BerthError } from '#libs/core/errors.js';
import { maxFrameBytes } from '#libs/contracts/terminal.js';
import { toServer, type ToServer } from '#libs/terminal/channel.js';

/** The runtime answers at once or not at all. */
const CONNECT_MS = 5_000;
/** One that runs is stopped first. */
const REMOVE_MS = 30_000;

/**
 * A terminal of this host's runtime. Throws `runtime_unreachable`.
 *
 * @param runDir folder of the runtime's control socket
 */
export async function runtimeTerminal(
  runDir: string,
  path: string,
  query: Record<string, string>,
): Promise<ToServer> {
  const { WebSocket } = await import('ws');
  const socket = new WebSocket(`ws://runtime${path}?${new URLSearchParams(query).toString()}`, {
    createConnection: () => connect(join(runDir, 'runtime.sock')),
    handshakeTimeout: CONNECT_MS,
    maxPayload: maxFrameBytes,
    perMessageDeflate: false,
  });
  const channel = toServer(socket);
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', (cause) => reject(runtimeAway(cause)));
  });
  return channel;
}

export function runtimeAway(cause?: unknown): BerthError {
  return new BerthError(
    'runtime_unreachable',
    'The runtime does not answer, and what it ran for you has ended; it comes back by itself, try again in a moment.',
    { cause },
  );
}

/** Removes a one-off. Throws what the runtime says (`instance_not_found`, `one_off_runs`), or `runtime_unreachable`. */
export async function removeAtRuntime(
  runDir: string,
  query: { appId: string; instance: string; force: '0' | '1' },
): Promise<void> {
  const path = `/one-offs?${new URLSearchParams(query).toString()}`;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = request({ socketPath: join(runDir, 'runtime.sock'), path, method: 'DELETE' }, resolve);
    asked.setTimeout(REMOVE_MS, () => asked.destroy(new Error('The runtime took too long.')));
    asked.once('error', (cause) => reject(runtimeAway(cause)));
    asked.end();
  });
  if (answer.statusCode === 204) return void answer.resume();
  let text = '';
  for await (const chunk of answer.setEncoding('utf8') as AsyncIterable<string>) text += chunk;
  if (answer.statusCode !== 409) throw runtimeAway(new Error(`The runtime answered ${answer.statusCode}.`));
  const { code, message } = refusal.parse(JSON.parse(text));
  throw new BerthError(code, message);
}

const refusal = z.object({ code: z.string(), message: z.string() });
