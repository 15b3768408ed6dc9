import type { IncomingMessage } from 'node:http';
import { appLogLine, type AppLogFilter, type AppLogLine } from '#libs/contracts/api/logs.js';
import type { BerthError } from '#libs/core/errors.js';
import { askRuntime, runtimeAway } from '../runtime-socket.js';

/** The runtime answers at once or not at all. */
const CONNECT_MS = 5_000;
/** A line has 64 KiB at most, escaped and with its frame. */
const LONGEST_LINE = 1_000_000;

export interface LogWish extends AppLogFilter {
  appId: string;
  tail: number;
  follow: boolean;
  /** The lines of one-offs are not for the caller. */
  withoutOneOffs: boolean;
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
  const { follow, withoutOneOffs, ...said } = wish;
  const query = new URLSearchParams();
  const asked = { ...said, ...(follow && { follow: 1 }), ...(withoutOneOffs && { withoutOneOffs: 1 }) };
  for (const [name, value] of Object.entries(asked)) if (value !== undefined) query.set(name, String(value));
  const answer = await ask(runDir, `/logs?${query.toString()}`, signal);
  try {
    for await (const text of linesOf(answer)) {
      const line = parse(text);
      if (line) yield line;
    }
  } catch (cause) {
    throw unreachable(cause);
  } finally {
    answer.destroy();
  }
}

/** Read as the consumer takes them: a slow client holds back the runtime's socket, not our memory. */
async function* linesOf(answer: IncomingMessage): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of answer.setEncoding('utf8') as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_LINE) throw new Error('The runtime sent an endless line.');
    yield* lines;
  }
}

async function ask(runDir: string, path: string, signal: AbortSignal): Promise<IncomingMessage> {
  const answer = await askRuntime(runDir, { method: 'GET', path, patienceMs: CONNECT_MS, signal }).catch(
    (cause: unknown) => {
      throw unreachable(cause);
    },
  );
  // A log that is followed may be silent for long.
  answer.setTimeout(0);
  if (answer.statusCode === 200) return answer;
  answer.resume();
  throw unreachable(new Error(`The runtime answered ${answer.statusCode}.`));
}

function unreachable(cause: unknown): BerthError {
  return runtimeAway('The runtime, which keeps the logs, does not answer', cause);
}

function parse(text: string): AppLogLine | null {
  try {
    const parsed = appLogLine.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
