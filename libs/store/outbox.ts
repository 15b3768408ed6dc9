import type { JobPayload, QueueName } from '#libs/contracts/jobs.js';
import type { Db, Tx } from './db.js';
import { notify } from './notify.js';

/** Writes down a job in the transaction that makes it necessary; the relay (libs/jobs) hands it to the queue. */
export async function enqueue<Q extends QueueName>(tx: Tx, queue: Q, payload: JobPayload<Q>): Promise<void> {
  await tx.outbox.create({ data: { queue, payload } });
  await notify(tx, { t: 'outbox' });
}

/** The oldest jobs that wait to be handed over. */
export function waitingJobs(db: Db, limit = 100) {
  return db.outbox.findMany({ orderBy: { id: 'asc' }, take: limit });
}

/** Forgets jobs that the queue has. */
export async function forgetJobs(db: Db, ids: bigint[]): Promise<void> {
  await db.outbox.deleteMany({ where: { id: { in: ids } } });
}
