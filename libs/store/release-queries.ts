import type { Db } from './db.js';
import type { Release } from './generated/client.js';

export type { Release };

/** Releases of an app, newest first. */
export function listReleases(
  db: Db,
  appId: string,
  page: { before: number | null; take: number },
): Promise<Release[]> {
  return db.release.findMany({
    where: { appId, ...(page.before !== null && { number: { lt: page.before } }) },
    orderBy: { number: 'desc' },
    take: page.take,
  });
}

/** Id of the app's live release; null when nothing is live. */
export async function liveReleaseId(db: Db, appId: string): Promise<string | null> {
  const app = await db.app.findUniqueOrThrow({ where: { id: appId }, select: { liveReleaseId: true } });
  return app.liveReleaseId;
}
