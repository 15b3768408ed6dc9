import type { Db } from './db.js';
import { isUniqueViolation } from './users.js';

/** Answers are kept this long. */
export const KEPT_MS = 24 * 3600_000;
/** A request without an answer for this long died with its process; the next one may take its place. */
const ABANDONED_MS = 60_000;

export interface KeyedRequest {
  userId: string;
  key: string;
  method: string;
  path: string;
  requestHash: string;
}

/** What an earlier request with the same key left. `body` is sealed by the caller. */
export type Earlier =
  | { state: 'first' }
  | { state: 'different' }
  | { state: 'running' }
  | { state: 'answered'; status: number; body: string };

/** Takes the key for this request, or tells what became of the one that has it. */
export async function claimKey(db: Db, request: KeyedRequest, now = new Date()): Promise<Earlier> {
  const id = { userId: request.userId, key: request.key };
  await db.idempotencyKey.deleteMany({
    where: { ...id, createdAt: { lt: new Date(now.getTime() - KEPT_MS) } },
  });
  try {
    await db.idempotencyKey.create({ data: { ...request, createdAt: now } });
    return { state: 'first' };
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
  }
  const row = await db.idempotencyKey.findUnique({ where: { userId_key: id } });
  if (!row) return { state: 'running' };
  const same =
    row.method === request.method && row.path === request.path && row.requestHash === request.requestHash;
  if (!same) return { state: 'different' };
  if (row.status !== null && typeof row.body === 'string')
    return { state: 'answered', status: row.status, body: row.body };
  const { count } = await db.idempotencyKey.updateMany({
    where: { ...id, status: null, createdAt: { lt: new Date(now.getTime() - ABANDONED_MS) } },
    data: { createdAt: now },
  });
  return { state: count === 1 ? 'first' : 'running' };
}

/** Keeps the answer for whoever repeats the request. */
export async function keepAnswer(
  db: Db,
  { userId, key }: KeyedRequest,
  answer: { status: number; body: string },
): Promise<void> {
  await db.idempotencyKey.updateMany({ where: { userId, key }, data: answer });
}

/** Gives the key back: the request failed and changed nothing, so repeating it means trying again. */
export async function releaseKey(db: Db, { userId, key }: KeyedRequest): Promise<void> {
  await db.idempotencyKey.deleteMany({ where: { userId, key, status: null } });
}

/** Forgets answers that are too old. */
export async function pruneKeys(db: Db, now = new Date()): Promise<void> {
  await db.idempotencyKey.deleteMany({ where: { createdAt: { lt: new Date(now.getTime() - KEPT_MS) } } });
}
