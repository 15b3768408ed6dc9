import { connect } from 'node:net';
import { join } from 'node:path';
import { BerthError } from '#libs/core/errors.js';
import { maxFrameBytes } from '#libs/contracts/terminal.js';
import { toServer, type ToServer } from '#libs/terminal/channel.js';

/** The runtime answers at once or not at all. */
const CONNECT_MS = 5_000;

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
