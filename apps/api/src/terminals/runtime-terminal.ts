import { connect } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { errorCodes } from '#libs/core/error-codes.js';
import { BerthError } from '#libs/core/errors.js';
import { maxFrameBytes } from '#libs/contracts/terminal-frames.js';
import { askRuntime, jsonOf, runtimeAway } from '../runtime-socket.js';
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
    socket.once('error', (cause) => reject(terminalAway(cause)));
  });
  return channel;
}

/** What was asked of the runtime for a terminal or a one-off, and is over with it. */
export function terminalAway(cause?: unknown): BerthError {
  return runtimeAway('The runtime does not answer, and what it ran for you has ended', cause);
}

/** Removes a one-off. Throws what the runtime says (`instance_not_found`, `one_off_runs`), or `runtime_unreachable`. */
export async function removeAtRuntime(
  runDir: string,
  query: { appId: string; instance: string; force: '0' | '1' },
): Promise<void> {
  const path = `/one-offs?${new URLSearchParams(query).toString()}`;
  const answer = await askRuntime(runDir, { method: 'DELETE', path, patienceMs: REMOVE_MS }).catch(
    (cause: unknown) => {
      throw terminalAway(cause);
    },
  );
  if (answer.statusCode === 204) return void answer.resume();
  if (answer.statusCode !== 409) {
    answer.resume();
    throw terminalAway(new Error(`The runtime answered ${answer.statusCode}.`));
  }
  const { code, message } = refusal.parse(await jsonOf(answer));
  throw new BerthError(code, message);
}

const refusal = z.object({ code: z.enum(errorCodes), message: z.string() });
