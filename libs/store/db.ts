import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient, type Prisma } from './generated/client.js';

/** The database. Only libs/store knows that it is Prisma; rooms take `Db` and call functions of this lib. */
export type Db = PrismaClient;
/** Inside a transaction: the same calls, all or nothing. */
export type Tx = Prisma.TransactionClient;

/**
 * Opens a pool. `connections` bounds it: several processes share Postgres' max_connections. An idle connection is
 * closed after 30 s, so that a resting platform holds few.
 */
export function openDb(url: string, options: { connections?: number } = {}): Db {
  const adapter = new PrismaPg({
    connectionString: url,
    max: options.connections ?? 8,
    idleTimeoutMillis: 30_000,
    connectionTimeoutMillis: 5_000,
  });
  // Longer formats print a call's arguments into the error, and with them what must not be in logs.
  return new PrismaClient({ adapter, errorFormat: 'minimal' });
}

/**
 * Runs `work` in one transaction. Nothing slow belongs in it: no Docker, no network, no password hashing
 * (Prisma ends it after `timeoutMs`).
 */
export function transaction<T>(db: Db, work: (tx: Tx) => Promise<T>, timeoutMs = 5_000): Promise<T> {
  return db.$transaction(work, { maxWait: timeoutMs, timeout: timeoutMs });
}
