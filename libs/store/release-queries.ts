import type { Db } from './db.js';
import type { Release } from './generated/client.js';
import { releaseByNumber } from './releases.js';

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

/** A release with its build, and the source that was built; null for one that was not built here. */
export async function releaseParts(db: Db, appId: string, number: number) {
  const { id } = await releaseByNumber(db, appId, number);
  const release = await db.release.findUniqueOrThrow({ where: { id }, include: { build: true } });
  const source =
    release.build === null
      ? null
      : await db.source.findFirst({
          where: { deployments: { some: { builds: { some: { id: release.build.id } } } } },
        });
  return { release, source };
}
export type ReleaseParts = Awaited<ReturnType<typeof releaseParts>>;
export type ReleaseSource = NonNullable<ReleaseParts['source']>;

/** Number of the release before one; null for the first. */
export async function numberBefore(db: Db, appId: string, number: number): Promise<number | null> {
  const row = await db.release.findFirst({
    where: { appId, number: { lt: number } },
    orderBy: { number: 'desc' },
    select: { number: true },
  });
  return row?.number ?? null;
}

/** Id of the source that the live release was built of; null where nothing is live, or no files or image were its source. */
export async function liveSource(db: Db, appId: string): Promise<string | null> {
  const id = await liveReleaseId(db, appId);
  if (id === null) return null;
  const release = await db.release.findUniqueOrThrow({
    where: { id },
    select: {
      build: { select: { deployment: { select: { source: { select: { id: true, kind: true } } } } } },
    },
  });
  const source = release.build?.deployment.source ?? null;
  // What was committed is an instance's: it is gone, and with it what would be built.
  return source === null || source.kind === 'instance' ? null : source.id;
}

/** Number of the live release; null before the first. */
export async function liveNumber(db: Db, appId: string): Promise<number | null> {
  const id = await liveReleaseId(db, appId);
  if (id === null) return null;
  return (await db.release.findUniqueOrThrow({ where: { id }, select: { number: true } })).number;
}
