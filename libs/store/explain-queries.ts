import { z } from 'zod';
import type { Db } from './db.js';
import type { App } from './generated/client.js';
import { listDomains } from './domains.js';
import { listInstances } from './instance-queries.js';

/** The real things under an app: what `explain` shows. */
export async function explainFacts(db: Db, app: App) {
  const [release, instances, domains, networks, configKeys] = await Promise.all([
    app.liveReleaseId === null
      ? null
      : db.release.findUnique({ where: { id: app.liveReleaseId }, include: { build: true } }),
    listInstances(db, app.id, false),
    listDomains(db, app.id, { after: null, take: 50 }),
    db.network.findMany({
      where: { teamId: app.teamId },
      include: { host: { select: { name: true, engine: true } } },
    }),
    db.configVar.findMany({ where: { appId: app.id }, select: { key: true }, orderBy: { key: 'asc' } }),
  ]);
  const source = release?.buildId
    ? await db.source.findFirst({
        where: { deployments: { some: { builds: { some: { id: release.buildId } } } } },
      })
    : null;
  const taken = release?.build
    ? await db.step.findFirst({
        where: { deploymentId: release.build.deploymentId, name: 'snapshot', outcome: 'done' },
        orderBy: { attempt: 'desc' },
        select: { detail: true },
      })
    : null;
  return {
    taken: taken?.detail ?? null,
    release,
    instances,
    domains,
    networks,
    configKeys: configKeys.map(({ key }) => key),
    source,
  };
}
export type ExplainFacts = Awaited<ReturnType<typeof explainFacts>>;

const liveImage = z.object({ appId: z.string(), name: z.string(), teamId: z.string(), layers: z.unknown() });
export type LiveImage = z.infer<typeof liveImage>;

/** Live images of other apps that have at least one of these layers; at most two hundred. */
export async function imagesWith(db: Db, appId: string, digests: string[]): Promise<LiveImage[]> {
  if (digests.length === 0) return [];
  const rows = await db.$queryRaw<unknown[]>`
    SELECT a.id AS "appId", a.name, a."teamId", b.layers
    FROM "App" a JOIN "Release" r ON r.id = a."liveReleaseId" JOIN "Build" b ON b.id = r."buildId"
    WHERE a."deletedAt" IS NULL AND a.id <> ${appId}::uuid AND jsonb_typeof(b.layers) = 'array'
      AND EXISTS (SELECT 1 FROM jsonb_array_elements(b.layers) l WHERE l->>'digest' = ANY(${digests}))
    ORDER BY a.name LIMIT 200`;
  return z.array(liveImage).parse(rows);
}
