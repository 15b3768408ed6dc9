import type { Db } from '#libs/store/db.js';
import { newestEventId, scopedEventsAfter, type EventScope } from '#libs/store/event-queries.js';
import type { NoticeListener } from '#libs/store/listener.js';
import type { SseStream } from '../live/sse.js';
import { throughOutages } from '../live/through-outages.js';
import { Wakeup } from '../live/wakeup.js';
import { eventViewOf } from './event.view.js';

const AT_ONCE = 200;

/** Sends the events of a scope after an id (null: from now on), in the order of their ids, until nobody listens. */
export async function streamEvents(what: {
  db: Db;
  listener: NoticeListener;
  /** May change while the stream is open. */
  scope: { now: EventScope };
  after: bigint | null;
  stream: SseStream;
}): Promise<void> {
  const { db, scope, stream } = what;
  const wakeup = new Wakeup(what.listener, (notice) => notice.t === 'event' && concerns(scope.now, notice));
  try {
    let after = what.after ?? (await newestEventId(db));
    /** Sends what is new; true when there may be more. */
    const pass = async (): Promise<boolean> => {
      const rows = await scopedEventsAfter(db, scope.now, after, AT_ONCE);
      for (const row of rows) {
        await stream.send({ event: 'event', id: String(row.id), data: eventViewOf(row) });
        after = row.id;
      }
      return rows.length === AT_ONCE;
    };
    while (!stream.signal.aborted) if (!(await throughOutages(pass))) await wakeup.wait(stream.signal);
  } finally {
    wakeup.close();
  }
}

function concerns(scope: EventScope, notice: { app: string | null; team: string | null }): boolean {
  if (scope.appId !== undefined) return notice.app === scope.appId;
  return notice.team === null || scope.teamIds === null || scope.teamIds.includes(notice.team);
}
