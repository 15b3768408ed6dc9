import { request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { appLogLine, type AppLogLine } from '#libs/contracts/api/logs.js';
import { BerthError } from '#libs/core/errors.js';

/** The runtime answers at once or not at all. */
const CONNECT_MS = 5_000;

export interface LogWish {
  appId: string;
  tail: number;
  search?: string;
  instance?: string;
  follow: boolean;
}

/**
 * An app's log lines from this host's runtime, which keeps them: the last so many, and with `follow` what comes, until the signal
 * aborts. Throws `runtime_unreachable`.
 *
 * @param runDir folder of the runtime's control socket
 */
export async function* runtimeLogs(
  runDir: string,
  wish: LogWish,
  signal: AbortSignal,
): AsyncGenerator<AppLogLine> {
  const query = new URLSearchParams({
    appId: wish.appId,
    tail: String(wish.tail),
    ...(wish.search !== undefined && { search: wish.search }),
    ...(wish.instance !== undefined && { instance: wish.instance }),
    ...(wish.follow && { follow: '1' }),
  });
  const answer = await ask(join(runDir, 'runtime.sock'), `/logs?${query.toString()}`, signal);
  // Read line by line as the consumer takes them: a slow client holds back the runtime's socket, not our memory.
  const lines = createInterface({ input: answer, crlfDelay: Infinity });
  try {
    for await (const text of lines) {
      const line = parse(text);
      if (line) yield line;
    }
  } finally {
    lines.close();
    answer.destroy();
  }
}

function ask(socketPath: string, path: string, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const away = (cause: unknown): void =>
      reject(
        new BerthError(
          'runtime_unreachable',
          'The runtime, which keeps the logs, does not answer; it comes back by itself, try again in a moment.',
          { cause },
        ),
      );
    const asked = request({ socketPath, path, signal }, (answer) => {
      asked.setTimeout(0);
      if (answer.statusCode === 200) return resolve(answer);
      answer.resume();
      away(new Error(`The runtime answered ${answer.statusCode}.`));
    });
    asked.setTimeout(CONNECT_MS, () => asked.destroy(new Error('The runtime took too long.')));
    asked.once('error', away);
    asked.end();
  });
}

function parse(text: string): AppLogLine | null {
  try {
    const parsed = appLogLine.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
