import { hasEnded, type DeploymentStatus } from '#libs/core/deployment-status.js';
import type { Db } from '#libs/store/db.js';
import type { NoticeListener } from '#libs/store/listener.js';
import { logLinesAfter } from '#libs/store/log-lines.js';
import { stepsOf } from '#libs/store/steps.js';
import type { SseStream } from '../live/sse.js';
import { throughOutages } from '../live/through-outages.js';
import { Wakeup } from '../live/wakeup.js';
import { logLineViewOf, stepViewOf } from './deployment.view.js';
import { summaryOf } from './show.js';

const LINES_AT_ONCE = 500;

/**
 * Sends a deployment's lines after an id, its steps and its status, as they change, and `end` when it has ended. Reads
 * everything from Postgres, so nothing is missed however often the client reconnects.
 */
export async function streamDeployment(what: {
  db: Db;
  listener: NoticeListener;
  id: string;
  after: bigint;
  stream: SseStream;
}): Promise<void> {
  const { id, stream } = what;
  const follower = new Follower(what.db, id, what.after, stream);
  const wakeup = new Wakeup(what.listener, (notice) => 'deployment' in notice && notice.deployment === id);
  try {
    while (!stream.signal.aborted) {
      const ended = await throughOutages(() => follower.pass());
      if (ended) return;
      await wakeup.wait(stream.signal);
    }
  } finally {
    wakeup.close();
  }
}

/** Remembers what was sent, so that a pass that breaks half-way goes on where it was. */
class Follower {
  private readonly sent: Sent;

  constructor(
    private readonly db: Db,
    private readonly id: string,
    private after: bigint,
    private readonly stream: SseStream,
  ) {
    this.sent = new Sent(stream);
  }

  /** Sends what is new; true when that was the end. */
  async pass(): Promise<boolean> {
    // The status is read before the lines: when it says "ended", the lines that follow are all there are.
    const summary = await summaryOf(this.db, this.id);
    await this.sendLines();
    for (const step of await stepsOf(this.db, this.id)) {
      const view = stepViewOf(step);
      await this.sent.ifNew('step', `${view.attempt} ${view.name} ${view.subject}`, view);
    }
    await this.sent.ifNew('status', 'status', summary);
    const ended = hasEnded(summary.status as DeploymentStatus);
    if (ended) await this.stream.send({ event: 'end', data: summary });
    return ended;
  }

  private async sendLines(): Promise<void> {
    let rows;
    do {
      rows = await logLinesAfter(this.db, this.id, this.after, LINES_AT_ONCE);
      for (const row of rows) {
        await this.stream.send({ event: 'line', id: String(row.id), data: logLineViewOf(row) });
        this.after = row.id;
      }
    } while (rows.length === LINES_AT_ONCE && !this.stream.signal.aborted);
  }
}

/** Sends only what differs from what was sent last under the same key. */
class Sent {
  private readonly last = new Map<string, string>();

  constructor(private readonly stream: SseStream) {}

  async ifNew(event: string, key: string, data: unknown): Promise<void> {
    const text = JSON.stringify(data);
    if (this.last.get(`${event} ${key}`) === text) return;
    this.last.set(`${event} ${key}`, text);
    await this.stream.send({ event, data });
  }
}
