import { unfinishedStatuses } from '#libs/core/deployment-status.js';
import { BerthError } from '#libs/core/errors.js';
import type { Build, Deployment, Release, Source } from './generated/client.js';
import type { Db } from './db.js';

export type { Deployment };

/** A deployment with what there is to say about it at its end. */
export type DeploymentOutcome = Deployment & {
  release: (Release & { build: Build | null }) | null;
  app: { name: string; liveRelease: number | null };
};

/** Null when the deployment is gone with its app. */
export async function deploymentOutcome(db: Db, id: string): Promise<DeploymentOutcome | null> {
  const found = await db.deployment.findUnique({
    where: { id },
    include: {
      release: { include: { build: true } },
      app: { select: { name: true, liveReleaseId: true } },
    },
  });
  if (!found) return null;
  const { app, ...deployment } = found;
  const live =
    app.liveReleaseId === null
      ? null
      : await db.release.findUnique({ where: { id: app.liveReleaseId }, select: { number: true } });
  return { ...deployment, app: { name: app.name, liveRelease: live?.number ?? null } };
}

/** Status of the newest deployment of a commit; null when it was never accepted for one. */
export async function statusOfCommit(db: Db, appId: string, commit: string): Promise<string | null> {
  const newest = await db.deployment.findFirst({
    where: { appId, source: { kind: 'git', commit } },
    orderBy: { number: 'desc' },
    select: { status: true },
  });
  return newest?.status ?? null;
}

/** The commit that went live last; null before the first. */
export async function lastLiveCommit(db: Db, appId: string): Promise<string | null> {
  const newest = await db.deployment.findFirst({
    where: { appId, status: { in: ['routing', 'live'] }, source: { kind: 'git', commit: { not: null } } },
    orderBy: { number: 'desc' },
    select: { source: { select: { commit: true } } },
  });
  return newest?.source?.commit ?? null;
}

/** The source that came in last and has files. Throws `source_not_found` when there is none. */
export async function newestSource(db: Db, appId: string): Promise<Source> {
  const source = await db.source.findFirst({
    where: { appId, kind: { in: ['git', 'upload'] } },
    orderBy: { createdAt: 'desc' },
  });
  if (source !== null) return source;
  throw new BerthError(
    'source_not_found',
    'No source of this app is stored yet; push or upload one, or plan an archive with POST /v1/plan.',
  );
}

/** A source whose files are stored. */
export interface StoredSourceRow {
  id: string;
  appId: string;
  createdAt: Date;
  /** Kept whatever its age: a deployment of it has not ended, or the live release was built from it. */
  inUse: boolean;
  /** Its app was deleted. */
  orphaned: boolean;
}

/** The rows of these sources; ids that this database does not know are missing from the answer. */
export async function sourcesById(db: Db, ids: string[]): Promise<StoredSourceRow[]> {
  const rows = await db.source.findMany({
    where: { id: { in: ids } },
    select: {
      id: true,
      appId: true,
      createdAt: true,
      app: { select: { liveReleaseId: true, deletedAt: true } },
      deployments: { where: { status: { in: unfinishedStatuses } }, select: { id: true } },
    },
  });
  const live = await sourcesOfReleases(
    db,
    rows.map(({ app }) => app.liveReleaseId),
  );
  return rows.map(({ id, appId, createdAt, app, deployments }) => ({
    id,
    appId,
    createdAt,
    inUse: deployments.length > 0 || live.has(id),
    orphaned: app.deletedAt !== null,
  }));
}

/** Sources that these releases were built from; a release after a config change still has the build of the one before. */
async function sourcesOfReleases(db: Db, ids: (string | null)[]): Promise<Set<string | null>> {
  const releases = await db.release.findMany({
    where: { id: { in: [...new Set(ids.filter((id) => id !== null))] } },
    select: { build: { select: { deployment: { select: { sourceId: true } } } } },
  });
  return new Set(releases.map(({ build }) => build?.deployment.sourceId ?? null));
}

/** Which of these apps were deleted. Those that the database does not know are not among them. */
export async function deletedApps(db: Db, ids: string[]): Promise<string[]> {
  const rows = await db.app.findMany({
    where: { id: { in: ids }, deletedAt: { not: null } },
    select: { id: true },
  });
  return rows.map(({ id }) => id);
}
