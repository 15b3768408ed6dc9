import { setTimeout as delay } from 'node:timers/promises';
import type { AppLogLine } from '#libs/contracts/api/logs.js';
import { BerthError } from '#libs/core/errors.js';
import type { SseStream } from '../live/sse.js';
import { runtimeLogs, type LogWish } from './runtime-logs.js';

/** After a break (the runtime restarts), lines of this many may have come meanwhile. */
const CATCH_UP = 2000;
const RETRY_MS = 1_000;

/**
 * Sends an app's lines as they come. A line's id is its time and its instance; after a reconnection, the client's or our own to the
 * runtime, lines up to the last one sent are left out.
 */
export async function streamAppLog(what: {
  runDir: string;
  wish: LogWish;
  last: string | undefined;
  stream: SseStream;
}): Promise<void> {
  const { stream } = what;
  const seen = new Seen(what.last);
  while (!stream.signal.aborted) {
    const wish = { ...what.wish, tail: seen.any ? CATCH_UP : what.wish.tail };
    try {
      for await (const line of runtimeLogs(what.runDir, wish, stream.signal))
        if (seen.isNew(line)) await stream.send({ event: 'line', id: seen.note(line), data: line });
    } catch (error) {
      if (!(error instanceof BerthError) && !stream.signal.aborted) throw error;
    }
    // The runtime ended the stream or is away: it comes back by itself.
    if (!stream.signal.aborted)
      await delay(RETRY_MS, undefined, { signal: stream.signal }).catch(() => undefined);
  }
}

/** Which lines were sent: for each instance the time of its last one, since times grow within an instance only. */
class Seen {
  private readonly byInstance = new Map<string, string>();
  /** From the client: all that we know is when its last line was. */
  private readonly from: string | null;

  constructor(lastEventId: string | undefined) {
    this.from = /^\d{4}-\d\d-\d\dT[\d:.]{8,20}Z$/.test(lastEventId ?? '') ? (lastEventId ?? null) : null;
  }

  get any(): boolean {
    return this.from !== null || this.byInstance.size > 0;
  }

  isNew({ at, instance }: AppLogLine): boolean {
    const last = this.byInstance.get(instance) ?? this.from;
    return last === null || padded(at) > padded(last);
  }

  note({ at, instance }: AppLogLine): string {
    this.byInstance.set(instance, at);
    return at;
  }
}

/** RFC 3339 leaves out trailing zeros; with them, text order is the order of time. */
function padded(at: string): string {
  const [whole = '', fraction = ''] = at.replace('Z', '').split('.');
  return `${whole}.${fraction.padEnd(9, '0')}`;
}
