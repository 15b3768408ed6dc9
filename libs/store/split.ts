import { BerthError } from '#libs/core/errors.js';
import { unfinishedStatuses } from '#libs/core/deployment-status.js';
import { keptReleases } from './app-states.js';
import { transaction, type Db, type Tx } from './db.js';
import { emitEvent, type Actor } from './events.js';
import { lockApp } from './locks.js';
import { enqueue } from './outbox.js';
import { growing, runningKeys } from './quota.js';
import { awake } from './sleep.js';
import { refuseSharing } from './volumes.js';

/** How an app's visitors are shared out now: the live release has what is left. */
export interface SplitView {
  live: number;
  release: number;
  percent: number;
  sticky: boolean;
  /** Number of the deployment that is on trial; null: somebody set it. */
  deployment: number | null;
}

/** The split in force; null when all visitors get the live release. */
export async function splitOf(db: Db | Tx, appId: string): Promise<SplitView | null> {
  const app = await db.app.findUniqueOrThrow({
    where: { id: appId },
    select: { generation: true, liveReleaseId: true, split: { include: { release: true } } },
  });
  const { split } = app;
  if (split === null || app.liveReleaseId === null || split.generation !== app.generation) return null;
  const live = await db.release.findUniqueOrThrow({ where: { id: app.liveReleaseId } });
  const trial = split.deploymentId === null ? null : await unfinished(db, split.deploymentId);
  if (split.deploymentId !== null && trial === null) return null;
  return {
    live: live.number,
    release: split.release.number,
    percent: split.percent,
    sticky: split.sticky,
    deployment: trial?.number ?? null,
  };
}

/**
 * Gives a share of the app's visitors another release than the live one, until it is changed or something else goes live.
 * Throws `no_release`, `release_not_found`, `release_is_live`, `release_not_kept`, `rollout_under_way`,
 * `volumes_not_shared`, `quota_exceeded`.
 */
export function setSplit(
  db: Db,
  wanted: { appId: string; release: number; percent: number; sticky: boolean; actor: Actor },
): Promise<void> {
  const { appId, percent, sticky, actor } = wanted;
  return transaction(db, async (tx) => {
    const app = await lockedApp(tx, appId);
    if (app.liveReleaseId === null)
      throw new BerthError('no_release', 'Nothing is live yet, so there is nothing to share; deploy first.');
    await refuseDuringTrial(tx, appId);
    const release = await tx.release.findUnique({
      where: { appId_number: { appId, number: wanted.release } },
    });
    if (!release)
      throw new BerthError(
        'release_not_found',
        `The app has no release v${wanted.release}; list its releases.`,
      );
    if (release.id === app.liveReleaseId)
      throw new BerthError(
        'release_is_live',
        `v${release.number} is the live release: it gets what is left. Name another one's share.`,
      );
    if (release.collectedAt !== null || release.number < app.nextRelease - keptReleases)
      throw new BerthError(
        'release_not_kept',
        `v${release.number} cannot run beside the live one: only the newest ${keptReleases} releases can, while their image is kept. Choose a newer one.`,
      );
    await refuseSharing(tx, [app.liveReleaseId, release.id]);
    const row = {
      generation: app.generation,
      releaseId: release.id,
      deploymentId: null,
      ...{ percent, sticky, passed: false, since: new Date(), createdById: actor.id },
    };
    await growing(tx, app.teamId, runningKeys, () =>
      tx.split.upsert({ where: { appId }, create: { appId, ...row }, update: row }),
    );
    await tx.app.update({ where: { id: appId }, data: awake() });
    await tell(tx, app, { release: release.number, percent }, actor);
  });
}

/** All visitors get the live release again. False when they did already. Throws `rollout_under_way`. */
export function endSplit(db: Db, appId: string, actor: Actor): Promise<boolean> {
  return transaction(db, async (tx) => {
    const app = await lockedApp(tx, appId);
    await refuseDuringTrial(tx, appId);
    const { count } = await tx.split.deleteMany({ where: { appId } });
    if (count > 0) await tell(tx, app, { release: null, percent: 0 }, actor);
    return count > 0;
  });
}

async function lockedApp(tx: Tx, appId: string) {
  await lockApp(tx, appId);
  const app = await tx.app.findFirst({ where: { id: appId, deletedAt: null } });
  if (!app) throw new BerthError('app_not_found', 'There is no such app; it may have been deleted.');
  return app;
}

async function refuseDuringTrial(tx: Tx, appId: string): Promise<void> {
  const split = await tx.split.findUnique({ where: { appId } });
  const trial = split?.deploymentId ? await unfinished(tx, split.deploymentId) : null;
  if (trial !== null)
    throw new BerthError(
      'rollout_under_way',
      `Deployment ${trial.number} is being given to the visitors step by step. Wait for it, promote its release, or cancel it.`,
    );
}

function unfinished(db: Db | Tx, id: string): Promise<{ number: number } | null> {
  return db.deployment.findFirst({
    where: { id, status: { in: unfinishedStatuses } },
    select: { number: true },
  });
}

/** Tells everybody of a changed share, and has the app looked at. */
export async function tell(
  tx: Tx,
  app: { id: string; teamId: string },
  data: { release: number | null; percent: number; deployment?: number },
  actor: Actor,
): Promise<void> {
  await enqueue(tx, 'look', { appId: app.id });
  await emitEvent(tx, { teamId: app.teamId, appId: app.id, kind: 'release.split', data, actor });
}
