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
      include: { host: { select: { name: true } } },
    }),
    db.configVar.findMany({ where: { appId: app.id }, select: { key: true }, orderBy: { key: 'asc' } }),
  ]);
  const source = release?.buildId
    ? await db.source.findFirst({
        where: { deployments: { some: { builds: { some: { id: release.buildId } } } } },
      })
    : null;
  return { release, instances, domains, networks, configKeys: configKeys.map(({ key }) => key), source };
}
export type ExplainFacts = Awaited<ReturnType<typeof explainFacts>>;
