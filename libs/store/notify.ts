import type { Notice } from '#libs/contracts/events.js';
import type { Db, Tx } from './db.js';

/** Postgres channel on which processes tell each other which rows to read again. */
export const NOTICE_CHANNEL = 'berth';

/** Sends a notice when the surrounding transaction commits (at once outside of one). */
export async function notify(tx: Tx | Db, message: Notice): Promise<void> {
  await tx.$queryRaw`SELECT pg_notify(${NOTICE_CHANNEL}, ${JSON.stringify(message)})::text`;
}
