import { transaction, type Db, type Tx } from './db.js';

/** The right of one runtime to write for its host: it ends when a later runtime takes the next epoch. */
export interface Fence {
  hostId: string;
  epoch: number;
}

/** Another runtime has taken over this host: whatever was to be written must not be. */
export class EpochLost extends Error {
  constructor(fence: Fence) {
    super(`Another runtime has taken over this host; epoch ${fence.epoch} is over.`);
    this.name = 'EpochLost';
  }
}

/** Makes the host's row if need be and takes its next epoch. From here on earlier runtimes can write nothing. */
export async function takeEpoch(db: Db, name: string): Promise<Fence> {
  const host = await db.host.upsert({
    where: { name },
    create: { name, epoch: 1, lastSeenAt: new Date() },
    update: { epoch: { increment: 1 }, lastSeenAt: new Date() },
  });
  return { hostId: host.id, epoch: host.epoch };
}

/** One transaction that counts only while the epoch is held: the row is locked against the next taker until commit. */
export function fenced<T>(db: Db, fence: Fence, work: (tx: Tx) => Promise<T>): Promise<T> {
  return transaction(db, async (tx) => {
    await holdEpoch(tx, fence);
    return work(tx);
  });
}

/**
 * The same for what a look would find out again: its commit does not wait for the disk (8 ms on a small machine, and a visitor waits behind it). Whoever reads
 * sees it at once. A machine that loses power may forget the last half second of such writes, as if the runtime had been killed before it made them.
 */
export function fencedSoon<T>(db: Db, fence: Fence, work: (tx: Tx) => Promise<T>): Promise<T> {
  return transaction(db, async (tx) => {
    await tx.$queryRaw`SELECT set_config('synchronous_commit', 'off', true)`;
    await holdEpoch(tx, fence);
    return work(tx);
  });
}

/** Throws `EpochLost` unless the epoch is held; inside a transaction it stays so until commit. */
export async function holdEpoch(tx: Tx | Db, fence: Fence): Promise<void> {
  const rows = await tx.$queryRaw<{ epoch: number }[]>`
    SELECT epoch FROM "Host" WHERE id = ${fence.hostId}::uuid FOR SHARE`;
  if (rows[0]?.epoch !== fence.epoch) throw new EpochLost(fence);
}

/** Notes that the host lives and what engine it has. */
export async function noteHost(
  db: Db,
  fence: Fence,
  engine: Record<string, string | number | string[]> | null,
): Promise<void> {
  const { count } = await db.host.updateMany({
    where: { id: fence.hostId, epoch: fence.epoch },
    data: { lastSeenAt: new Date(), ...(engine && { engine }) },
  });
  if (count !== 1) throw new EpochLost(fence);
}

/** Lifts the host's epoch to at least `epoch`, for the next taker: somewhere a later one than ours is remembered. */
export async function passEpoch(db: Db, fence: Fence, epoch: number): Promise<void> {
  await db.host.updateMany({ where: { id: fence.hostId, epoch: { lt: epoch } }, data: { epoch } });
}
