import { setTimeout as delay } from 'node:timers/promises';
import type { AppLogLine } from '#libs/contracts/api/logs.js';
import { BerthError } from '#libs/core/errors.js';
import type { SseStream } from '../live/sse.js';
import { runtimeLogs, type LogWish } from './runtime-logs.js';

/** After a break (the runtime restarts, a laptop slept), lines of this many may have come meanwhile: as many as a page holds. */
const CATCH_UP = 5000;
const RETRY_MS = 1_000;

/**
 * Sends an app's lines as they come. A line's id says what was sent up to it, of each instance; after a reconnection, the client's or
 * our own to the runtime, just that is left out.
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

/** An instance's lines come together, some time after they were printed: those of another may be older and not have come yet. */
const MOST_LATE_MS = 10_000;
const AT = String.raw`\d{4}-\d\d-\d\dT[\d:.]{8,20}Z`;
const ID = new RegExp(`^(${AT})((?: [0-9a-f-]{36}=${AT}){0,50})$`);

/**
 * Which lines were sent: for each instance the time of its last one, since times grow within an instance only. As an id: the time of
 * the line, and those of other instances that were sent lately.
 */
class Seen {
  private readonly byInstance = new Map<string, string>();
  /** Of an instance that the client's id does not name nothing later than this was sent; null: there was no id. */
  private readonly others: string | null = null;

  constructor(lastEventId: string | undefined) {
    const [, at, marks] = ID.exec(lastEventId ?? '') ?? [];
    if (at === undefined) return;
    for (const mark of marks?.trim().split(' ') ?? []) {
      const [instance = '', last = ''] = mark.split('=');
      if (last !== '') this.byInstance.set(instance, last);
    }
    // An id of one time alone (of an older api) says that all up to it was sent.
    this.others = this.byInstance.size === 0 ? at : before(at, MOST_LATE_MS);
  }

  get any(): boolean {
    return this.others !== null || this.byInstance.size > 0;
  }

  isNew({ at, instance }: AppLogLine): boolean {
    const last = this.byInstance.get(instance) ?? this.others;
    return last === null || padded(at) > padded(last);
  }

  note({ at, instance }: AppLogLine): string {
    this.byInstance.set(instance, at);
    const lately = padded(before(at, MOST_LATE_MS));
    const marks = [...this.byInstance].filter(([, last]) => padded(last) > lately);
    return [at, ...marks.map((mark) => mark.join('='))].join(' ');
  }
}

function before(at: string, ms: number): string {
  return new Date(Date.parse(at) - ms).toISOString();
}

/** RFC 3339 leaves out trailing zeros; with them, text order is the order of time. */
function padded(at: string): string {
  const [whole = '', fraction = ''] = at.replace('Z', '').split('.');
  return `${whole}.${fraction.padEnd(9, '0')}`;
}
