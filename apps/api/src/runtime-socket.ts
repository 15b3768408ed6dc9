import { request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { BerthError } from '#libs/core/errors.js';

/** An answer of the runtime is short; its logs are streamed, and read elsewhere. */
const maxAnswerBytes = 64 * 1024;

export interface RuntimeAsk {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  body?: unknown;
  /** Longest silence. */
  patienceMs: number;
  signal?: AbortSignal;
}

/** Asks this host's runtime by its control socket (libs/contracts/runtime-api.ts). Rejects when nobody answers in time. */
export function askRuntime(runDir: string, ask: RuntimeAsk): Promise<IncomingMessage> {
  const text = ask.body === undefined ? undefined : JSON.stringify(ask.body);
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        socketPath: join(runDir, 'runtime.sock'),
        method: ask.method,
        path: ask.path,
        agent: false,
        ...(ask.signal !== undefined && { signal: ask.signal }),
        ...(text !== undefined && {
          headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) },
        }),
      },
      resolve,
    );
    asked.setTimeout(ask.patienceMs, () => asked.destroy(new Error('The runtime took too long.')));
    asked.once('error', reject);
    asked.end(text);
  });
}

/** The whole of a short answer as JSON. */
export async function jsonOf(answer: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of answer.setEncoding('utf8') as AsyncIterable<string>) {
    text += chunk;
    if (text.length > maxAnswerBytes) throw new Error('The answer of the runtime has no end.');
  }
  return JSON.parse(text);
}

/** What a caller hears when the runtime is away; `what` is the sentence's first half: "The runtime does not answer". */
export function runtimeAway(what: string, cause?: unknown): BerthError {
  return new BerthError('runtime_unreachable', `${what}; it comes back by itself, try again in a moment.`, {
    cause,
  });
}
