import { hasEnded, type DeploymentStatus } from '#libs/core/deployment-status.js';
import type { Db } from '#libs/store/db.js';
import type { NoticeListener } from '#libs/store/listener.js';
import { logLinesAfter } from '#libs/store/log-lines.js';
import { stepsOf } from '#libs/store/steps.js';
import type { SseStream } from '../live/sse.js';
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
  const { db, id, stream } = what;
  const sent = new Sent(stream);
  let after = what.after;
  const wakeup = new Wakeup(what.listener, (notice) => 'deployment' in notice && notice.deployment === id);
  try {
    while (!stream.signal.aborted) {
      // The status is read before the lines: when it says "ended", the lines that follow are all there are.
      const summary = await summaryOf(db, id);
      after = await sendLines(db, id, after, stream);
      for (const step of await stepsOf(db, id)) {
        const view = stepViewOf(step);
        await sent.ifNew('step', `${view.attempt} ${view.name} ${view.subject}`, view);
      }
      await sent.ifNew('status', 'status', summary);
      if (hasEnded(summary.status as DeploymentStatus)) {
        await stream.send({ event: 'end', data: summary });
        return;
      }
      await wakeup.wait(stream.signal);
    }
  } finally {
    wakeup.close();
  }
}

async function sendLines(db: Db, id: string, from: bigint, stream: SseStream): Promise<bigint> {
  let after = from;
  for (;;) {
    const rows = await logLinesAfter(db, id, after, LINES_AT_ONCE);
    for (const row of rows) {
      await stream.send({ event: 'line', id: String(row.id), data: logLineViewOf(row) });
      after = row.id;
    }
    if (rows.length < LINES_AT_ONCE || stream.signal.aborted) return after;
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
