import { z } from 'zod';
import type { Db } from './db.js';

const number = z.coerce.number();
const row = z.object({
  status: z.string(),
  instances: number,
  cpu: number,
  cpuLimit: number,
  memory: number,
  memoryLimit: number,
});
const hour = z.object({ requests: number, errors: number });

/** What a team's containers use by their last samples (of the last minute), by status; and its requests of the last hour. */
export async function teamUseOf(db: Db, teamId: string, now: Date) {
  const minuteAgo = new Date(now.getTime() - 60_000);
  const hourAgo = new Date(now.getTime() - 3600_000);
  const [byStatus, traffic] = await Promise.all([
    db.$queryRaw<unknown[]>`
      SELECT i.status, count(*) AS instances, coalesce(sum(m.cpu), 0) AS cpu, sum(r.cpus) AS "cpuLimit",
        coalesce(sum(m."memoryBytes"), 0) AS memory, sum(r."memoryMb"::bigint) * 1048576 AS "memoryLimit"
      FROM "Instance" i JOIN "App" a ON a.id = i."appId" JOIN "Release" r ON r.id = i."releaseId"
      LEFT JOIN LATERAL (
        SELECT cpu, "memoryBytes" FROM "Metric" x WHERE x."instanceId" = i.id AND x.at > ${minuteAgo}::timestamp
        ORDER BY x.at DESC LIMIT 1
      ) m ON true
      WHERE a."teamId" = ${teamId}::uuid AND a."deletedAt" IS NULL AND i.status <> 'stopped'
      GROUP BY i.status`,
    db.$queryRaw<unknown[]>`
      SELECT coalesce(sum(m.requests), 0) AS requests, coalesce(sum(m.errors), 0) AS errors
      FROM "Metric" m JOIN "App" a ON a.id = m."appId"
      WHERE a."teamId" = ${teamId}::uuid AND m.at >= ${hourAgo}::timestamp`,
  ]);
  return { byStatus: z.array(row).parse(byStatus), traffic: hour.parse(traffic[0]) };
}
