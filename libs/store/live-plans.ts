import type { Db } from './db.js';

/** How an app's live image was built. */
export interface LivePlan {
  appId: string;
  app: string;
  team: string;
  release: number;
  /** BuildPlan, as it was kept. */
  plan: unknown;
}

/** Rows read at once: a plan with the names of all files may be long. */
const CHUNK = 100;

/** Of all apps whose live release was built here, a hundred at a time. */
export async function* livePlans(db: Db): AsyncGenerator<LivePlan> {
  for (let after: string | null = null; ;) {
    const apps: Awaited<ReturnType<typeof readApps>> = await readApps(db, after);
    const releases = await db.release.findMany({
      where: { id: { in: apps.flatMap(({ liveReleaseId }) => liveReleaseId ?? []) }, buildId: { not: null } },
      select: { appId: true, number: true, build: { select: { plan: true } } },
    });
    const byApp = new Map(releases.map((release) => [release.appId, release]));
    for (const { id, name, team } of apps) {
      const live = byApp.get(id);
      if (live !== undefined)
        yield { appId: id, app: name, team: team.slug, release: live.number, plan: live.build?.plan ?? null };
    }
    after = apps.at(-1)?.id ?? null;
    if (apps.length < CHUNK || after === null) return;
  }
}

function readApps(db: Db, after: string | null) {
  return db.app.findMany({
    where: { deletedAt: null, liveReleaseId: { not: null }, ...(after !== null && { id: { gt: after } }) },
    orderBy: { id: 'asc' },
    take: CHUNK,
    select: { id: true, name: true, liveReleaseId: true, team: { select: { slug: true } } },
  });
}
