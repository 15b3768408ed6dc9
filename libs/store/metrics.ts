import type { Prisma } from './generated/client.js';
import type { Db } from './db.js';
import { fenced, type Fence } from './hosts.js';

/** Samples are kept so long. */
const keepMs = 24 * 3600_000;

/** Writes one round of samples. */
export async function addMetrics(db: Db, fence: Fence, rows: Prisma.MetricCreateManyInput[]): Promise<void> {
  if (rows.length === 0) return;
  await fenced(db, fence, (tx) => tx.metric.createMany({ data: rows, skipDuplicates: true }));
}

/** Deletes samples older than a day. */
export async function pruneMetrics(db: Db, fence: Fence, now: Date): Promise<void> {
  await fenced(db, fence, (tx) =>
    tx.metric.deleteMany({ where: { at: { lt: new Date(now.getTime() - keepMs) } } }),
  );
}

/** Instances of this host that have a running container to sample, with what is needed to tell whose they are. */
export function sampledInstances(db: Db, hostId: string) {
  return db.instance.findMany({
    where: {
      hostId,
      status: { in: ['starting', 'ready', 'frozen', 'draining'] },
      containerId: { not: null },
    },
    select: {
      ...{ id: true, appId: true, containerId: true, process: true, status: true },
      release: { select: { cpus: true } },
    },
  });
}
