import type { IncomingMessage } from 'node:http';
import type Docker from 'dockerode';
import { BerthError } from '#libs/core/errors.js';

/** A call as docker-modem takes it. */
export interface EngineRequest {
  path: string;
  method: string;
  file?: NodeJS.ReadableStream;
  authconfig?: { base64: string };
  statusCodes: Record<number, true | string>;
}

/** No message of the Engine is longer; a longer line is not one. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/**
 * Calls an endpoint of the Engine that answers with a stream of JSON messages, and gives these one by one. Aborting the
 * signal closes the connection, which is how the Engine is told to stop its work.
 */
export async function* engineMessages(
  docker: Docker,
  request: EngineRequest,
  signal: AbortSignal,
): AsyncIterable<unknown> {
  signal.throwIfAborted();
  const response = await dial(docker, {
    ...request,
    // docker-modem cuts the last character off a path with a query and no options.
    path: `${request.path}&`,
    isStream: true,
    abortSignal: signal,
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw error;
  });
  // Aborting after the answer began must close the connection as well.
  const close = () => response.destroy(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
  signal.addEventListener('abort', close, { once: true });
  try {
    yield* jsonLines(response);
    signal.throwIfAborted();
  } catch (error) {
    signal.throwIfAborted();
    throw engineError(error);
  } finally {
    signal.removeEventListener('abort', close);
    response.destroy();
  }
}

async function dial(docker: Docker, request: object): Promise<IncomingMessage> {
  const modem = docker.modem as {
    dial(options: object, callback: (error: Error | null, result: unknown) => void): void;
  };
  return new Promise((resolve, reject) => {
    modem.dial(request, (error, result) =>
      error === null ? resolve(result as IncomingMessage) : reject(engineError(error)),
    );
  });
}

async function* jsonLines(stream: AsyncIterable<Buffer>): AsyncIterable<unknown> {
  let rest: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      rest.push(chunk.subarray(from, end));
      const line = Buffer.concat(rest).toString('utf8').trim();
      rest = [];
      length = 0;
      from = end + 1;
      if (line !== '') yield parsed(line);
    }
    rest.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > MAX_MESSAGE_BYTES)
      throw new BerthError('engine_failed', 'The Engine sent a message without an end. Try again.');
  }
  const line = Buffer.concat(rest).toString('utf8').trim();
  if (line !== '') yield parsed(line);
}

/** An Engine that dies in the middle of a message leaves half of it. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new BerthError(
      'engine_failed',
      'The Docker Engine broke off its answer. Try the deployment again.',
      {
        cause: error,
      },
    );
  }
}

/** An Engine call that failed, as a sentence for people. */
export function engineError(error: unknown): Error {
  const { statusCode, code, json } = error as {
    statusCode?: number;
    code?: string;
    json?: { message?: unknown };
  };
  if (
    code === 'ENOENT' ||
    code === 'ECONNREFUSED' ||
    code === 'ECONNRESET' ||
    code === 'EACCES' ||
    code === 'EPIPE'
  ) {
    return new BerthError(
      'engine_unreachable',
      'The Docker Engine does not answer. See "npm run status"; the deployment can be tried again then.',
      { cause: error },
    );
  }
  if (statusCode === undefined) return error instanceof Error ? error : new Error(String(error));
  const message = typeof json?.message === 'string' ? json.message : (error as Error).message;
  return new BerthError('engine_refused', `The Docker Engine refused: ${message.trim()}`, {
    cause: error,
    details: { statusCode },
  });
}
