import { messageOf } from '#libs/core/errors.js';
import { LineBuffer } from '#libs/core/line-buffer.js';
import type { InstanceLogLine } from '../logs/log-line.js';
import type { Target } from './target.js';

/** What waits for one drain at most. */
const waiting = { lines: 5_000, chars: 4 * 1024 * 1024 };
/** What is sent at a time. */
const batch = { lines: 500, chars: 256 * 1024 };
/** Lines come in bursts. */
const settleMs = 200;
const firstPauseMs = 1_000;
const longestPauseMs = 60_000;

/** What has happened since it was last asked. */
export interface DrainCounts {
  sent: number;
  dropped: number;
  reason: string | null;
}

/** Sends an app's lines to one target: in order, again when they were not taken, and never holding up the app or its log. */
export class DrainSender {
  readonly #buffer = new LineBuffer<InstanceLogLine>(waiting);
  #timer: NodeJS.Timeout | null = null;
  #sending = false;
  #failures = 0;
  #counts: DrainCounts | null = null;
  #stopped = false;

  constructor(private readonly target: Target) {}

  add(lines: readonly InstanceLogLine[]): void {
    if (this.#stopped) return;
    this.#buffer.add(lines);
    // While it rests after a failure its own timer goes on.
    this.#timer ??= setTimeout(() => this.#flush(), settleMs);
  }

  /** Counts since the last call; null when nothing happened. */
  takeCounts(): DrainCounts | null {
    const counts = this.#counts;
    this.#counts = null;
    return counts;
  }

  /** What is on its way is not waited for. */
  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.target.close();
  }

  #flush(): void {
    if (this.#sending) return;
    this.#sending = true;
    void this.#send().then((pauseMs) => {
      this.#sending = false;
      this.#timer = null;
      if (!this.#stopped && this.#buffer.length > 0) this.#timer = setTimeout(() => this.#flush(), pauseMs);
    });
  }

  /** One batch; returns how long to rest before the next. */
  async #send(): Promise<number> {
    const taken = this.#buffer.take(batch);
    const { lines, dropped } = taken;
    if (lines.length === 0) return 0;
    try {
      await this.target.send(
        dropped === 0 ? lines : [droppedLine(lines[0] as InstanceLogLine, dropped), ...lines],
      );
      this.#failures = 0;
      this.#count({ sent: lines.length, dropped, reason: null });
      return 0;
    } catch (error) {
      this.#buffer.putBack(taken);
      this.#count({ sent: 0, dropped: 0, reason: messageOf(error).slice(0, 300) });
      return Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(this.#failures++, 10));
    }
  }

  #count({ sent, dropped, reason }: DrainCounts): void {
    const before = this.#counts ?? { sent: 0, dropped: 0 };
    this.#counts = { sent: before.sent + sent, dropped: before.dropped + dropped, reason };
  }
}

/** Tells the receiver what it did not get, in the place where it is missing. */
function droppedLine(next: InstanceLogLine, dropped: number): InstanceLogLine {
  const text = `${dropped} lines were dropped here: the drain was slow or away.`;
  return { ...next, process: 'berth', stream: 'stderr', text };
}
