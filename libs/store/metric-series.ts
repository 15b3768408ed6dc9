import { z } from 'zod';
import type { Db } from './db.js';
import { Prisma } from './generated/client.js';

/** Bounds of the histogram that a sample carries, and all: `edgeBuckets` and +Inf. */
const counts = 14;

const pointRow = z.object({
  at: z.date(),
  requests: z.coerce.number(),
  errors: z.coerce.number(),
  cpu: z.number(),
  throttled: z.number(),
  memory: z.number(),
  instances: z.number(),
  buckets: z.array(z.coerce.number()),
});
export type SeriesPoint = z.infer<typeof pointRow>;

/**
 * An app's samples in steps of time, all its instances together: requests and histograms are added, use is the mean over
 * the rounds of sampling. A host samples all its containers in one round; hosts have rounds of their own, equally often.
 */
export async function metricSeries(
  db: Db,
  appId: string,
  span: { from: Date; to: Date; stepSeconds: number },
): Promise<SeriesPoint[]> {
  const histogram = Prisma.join(
    Array.from({ length: counts }, (_, index) => Prisma.sql`coalesce(sum(buckets[${index + 1}::int]), 0)`),
  );
  const rows = await db.$queryRaw<unknown[]>`
    WITH samples AS (
      SELECT date_bin(make_interval(secs => ${span.stepSeconds}::int), m.at, timestamp '2020-01-01') AS bin, i."hostId" AS host, m.*
      FROM "Metric" m LEFT JOIN "Instance" i ON i.id = m."instanceId"
      WHERE m."appId" = ${appId}::uuid AND m.at >= ${span.from}::timestamp AND m.at < ${span.to}::timestamp
    ), rounds AS (
      SELECT bin, max(n) AS rounds
      FROM (SELECT bin, host, count(DISTINCT at) AS n FROM samples GROUP BY bin, host) each_host GROUP BY bin
    )
    SELECT bin AS at, sum(requests) AS requests, sum(errors) AS errors, sum(cpu) / max(rounds) AS cpu, max(throttled) AS throttled,
      (sum("memoryBytes") / max(rounds))::float8 AS memory, count(*)::float8 / max(rounds) AS instances,
      ARRAY[${histogram}] AS buckets
    FROM samples JOIN rounds USING (bin) GROUP BY bin ORDER BY bin`;
  return z.array(pointRow).parse(rows);
}

const trafficRow = z.object({ appId: z.string(), step: z.number(), requests: z.coerce.number() });

/** Requests of each app since a time, in `steps` steps; apps without samples are not there. */
export async function trafficOf(
  db: Db,
  appIds: string[],
  span: { from: Date; stepSeconds: number; steps: number },
): Promise<Map<string, number[]>> {
  const traffic = new Map<string, number[]>();
  const rows = await db.$queryRaw<unknown[]>`
    SELECT "appId", floor(extract(epoch FROM at - ${span.from}::timestamp) / ${span.stepSeconds}::int)::int AS step,
      sum(requests) AS requests
    FROM "Metric"
    WHERE "appId" = ANY(${appIds}::uuid[]) AND at >= ${span.from}::timestamp AND requests > 0
    GROUP BY "appId", step`;
  for (const { appId, step, requests } of z.array(trafficRow).parse(rows)) {
    const steps = traffic.get(appId) ?? new Array<number>(span.steps).fill(0);
    if (step >= 0 && step < span.steps) steps[step] = requests;
    traffic.set(appId, steps);
  }
  return traffic;
}

/** Events that a chart of an app marks, oldest first: those of the span, and the last about its sleep before it. */
export async function markedEvents(db: Db, appId: string, span: { from: Date; to: Date }) {
  const kinds = ['app.sleep', 'release.live', 'app.autoscaled'];
  const select = { kind: true, data: true, at: true } as const;
  const [before, within] = await Promise.all([
    db.event.findFirst({
      where: { appId, kind: { in: ['app.sleep', 'release.live'] }, at: { lt: span.from } },
      orderBy: { id: 'desc' },
      select,
    }),
    db.event.findMany({
      where: { appId, kind: { in: kinds }, at: { gte: span.from, lt: span.to } },
      orderBy: { id: 'desc' },
      take: 500,
      select,
    }),
  ]);
  return [...(before?.kind === 'app.sleep' ? [before] : []), ...within.reverse()];
}
export type MarkedEvent = Awaited<ReturnType<typeof markedEvents>>[number];
