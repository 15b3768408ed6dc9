import { isDeepStrictEqual } from 'node:util';
import { changedAutoscale, type AutoscaleChange, type StoredAutoscale } from '#libs/contracts/autoscale.js';
import { previewsChange, type PreviewsChange } from '#libs/contracts/previews.js';
import { rolloutChange, type RolloutChange } from '#libs/contracts/rollout.js';
import { sleepChange, type SleepChange } from '#libs/contracts/sleep.js';
import { asksForSeveral } from '#libs/contracts/wanted-processes.js';
import { BerthError } from '#libs/core/errors.js';
import { refuseAddOn } from './app-kind.js';
import { expectRevision } from './app-revision.js';
import { applyChange, deployCopy, type ConfigOutcome } from './config-vars.js';
import { transaction, type Db } from './db.js';
import { unfinishedStatuses } from '#libs/core/deployment-status.js';
import { emitEvent, type Actor } from './events.js';
import type { Deployment, Prisma } from './generated/client.js';
import { lockApp } from './locks.js';
import { enqueue } from './outbox.js';
import { growing, runningKeys } from './quota.js';
import { awake } from './sleep.js';
import { refuseSharing } from './volumes.js';

/** Settings that are part of a release: a running app gets a new release of the same image to take them. */
export interface ReleaseSettings {
  memoryMb?: number;
  cpus?: number;
  pids?: number;
  healthPath?: string | null;
  startTimeoutSeconds?: number;
  graceSeconds?: number;
}

export interface SettingsChange extends ReleaseSettings {
  /** What it is based on (libs/store/app-revision.ts); whatever is there when it is left out. */
  revision?: string;
  /** Wanted instances by process type; types that are not named stay. Acts at once, without a release. */
  scale?: Record<string, number>;
  /** Between how many web instances load decides; null unsets all of it. Acts at once, without a release. */
  autoscale?: AutoscaleChange | null;
  /** How many releases keep their image; null: the platform's number. Acts at the next collection, without a release. */
  keepReleases?: number | null;
  /** Most MiB that the app's own images may take; null: the platform's. */
  diskMb?: number | null;
  /** Limits on requests: null is what berth.toml says, 0 none. They act at once, without a release. */
  requestSeconds?: number | null;
  bodyBytes?: number | null;
  /** Adds to what was set of the app's sleep; null unsets all of it. Acts at once, without a release. */
  sleep?: SleepChange | null;
  /** Adds to what was set of previews; null unsets all of it. Counts from the next push on. */
  previews?: PreviewsChange | null;
  /** Adds to what was set of progressive delivery; null unsets all of it. Counts from the next deployment on. */
  rollout?: RolloutChange | null;
}

export type SettingsOutcome = ConfigOutcome | { applied: 'now' };

/**
 * Changes an app's settings; the config's rules hold (libs/store/config-vars.ts). Throws `app_not_found`, `changed_meanwhile`, `volumes_not_shared`,
 * `quota_exceeded`.
 */
export function changeSettings(
  db: Db,
  appId: string,
  change: SettingsChange,
  actor: Actor,
): Promise<SettingsOutcome> {
  return transaction(db, async (tx) => {
    await lockApp(tx, appId);
    const app = await tx.app.findFirst({ where: { id: appId, deletedAt: null } });
    if (!app) throw new BerthError('app_not_found', 'There is no such app; it may have been deleted.');
    expectRevision(app, change.revision);
    const {
      revision: _,
      scale,
      sleep,
      autoscale,
      rollout,
      previews,
      keepReleases,
      diskMb,
      requestSeconds,
      bodyBytes,
      ...wanted
    } = change;
    const ofVisitors = [
      scale,
      sleep,
      autoscale,
      rollout,
      previews,
      requestSeconds,
      bodyBytes,
      wanted.healthPath,
    ];
    if (ofVisitors.some((value) => value !== undefined))
      refuseAddOn(app, 'runs once and never sleeps, so only its limits and times can be set');
    const immediate = Object.entries({ keepReleases, diskMb, requestSeconds, bodyBytes }).filter(
      ([key, value]) => value !== undefined && app[key as 'keepReleases'] !== value,
    );
    const present: Record<string, number> = scaleOf(app.scale);
    const scaled = Object.entries(scale ?? {}).filter(([process, count]) => present[process] !== count);
    const settings = Object.entries(wanted).filter(
      ([key, value]) => value !== undefined && app[key as keyof ReleaseSettings] !== value,
    );
    const nextSleep = sleep === null ? {} : { ...sleepChange.catch({}).parse(app.sleep), ...sleep };
    const slept = sleep !== undefined && !isDeepStrictEqual(app.sleep, nextSleep);
    const scaling = autoscaleAfter(app.autoscale, { web: scale?.['web'], autoscale });
    const rescaled = !isDeepStrictEqual(app.autoscale, scaling);
    const nextRollout = rollout === null ? {} : { ...rolloutChange.catch({}).parse(app.rollout), ...rollout };
    const rolled = rollout !== undefined && !isDeepStrictEqual(app.rollout, nextRollout);
    const isSame = [scaled, settings, immediate].every(({ length }) => length === 0);
    const nextPreviews =
      previews === null ? {} : { ...previewsChange.catch({}).parse(app.previews), ...previews };
    const previewed = previews !== undefined && !isDeepStrictEqual(app.previews, nextPreviews);
    if (isSame && !slept && !rescaled && !rolled && !previewed) return { applied: 'unchanged' };
    if (asksForSeveral(change)) await refuseSharing(tx, [app.liveReleaseId]);

    const changeRow = (data: Prisma.AppUpdateInput) => tx.app.update({ where: { id: appId }, data });
    await growing(tx, app.teamId, runningKeys, () =>
      changeRow({
        ...(scaled.length > 0 && { scale: { ...present, ...Object.fromEntries(scaled) } }),
        ...(rescaled && { autoscale: scaling }),
        // From here load goes on once it decides again.
        ...((scale?.['web'] ?? 0) > 0 && { webInstances: scale?.['web'] }),
        ...(slept && { sleep: nextSleep }),
        ...(rolled && { rollout: nextRollout }),
        ...(previewed && { previews: nextPreviews }),
        // Who changes how an app runs wants it to run.
        ...((scaled.length > 0 || slept || rescaled) && awake()),
        ...(Object.fromEntries([...settings, ...immediate]) as Prisma.AppUpdateInput),
        ...(settings.length > 0 && { configVersion: { increment: 1 } }),
      }),
    );
    await enqueue(tx, 'look', { appId });
    const about = { teamId: app.teamId, appId, actor };
    if (immediate.length > 0)
      await emitEvent(tx, { ...about, kind: 'app.updated', data: Object.fromEntries(immediate) });
    if (settings.length > 0) {
      const outcome = await applyChange(tx, appId, describe(settings), actor);
      await emitEvent(tx, { ...about, kind: 'app.updated', data: Object.fromEntries(settings) });
      if (scaled.length > 0)
        await emitEvent(tx, { ...about, kind: 'app.scaled', data: Object.fromEntries(scaled) });
      return outcome;
    }
    if (scaled.length > 0)
      await emitEvent(tx, { ...about, kind: 'app.scaled', data: Object.fromEntries(scaled) });
    if (previewed)
      await emitEvent(tx, { ...about, kind: 'app.updated', data: { previews: previews ?? null } });
    if (rolled) await emitEvent(tx, { ...about, kind: 'app.updated', data: { rollout: rollout ?? null } });
    if (slept) await emitEvent(tx, { ...about, kind: 'app.updated', data: { sleep: sleep ?? null } });
    if (autoscale !== undefined && rescaled)
      await emitEvent(tx, { ...about, kind: 'app.updated', data: { autoscale } });
    return { applied: 'now' };
  });
}

/** Who names a number of web instances wants that number, until they, or a change of these settings, say otherwise. */
function autoscaleAfter(
  present: Prisma.JsonValue,
  change: { web: number | undefined; autoscale: AutoscaleChange | null | undefined },
): StoredAutoscale {
  if (change.autoscale !== undefined) return changedAutoscale(present, change.autoscale);
  return changedAutoscale(present, (change.web ?? 0) > 0 ? { enabled: false } : {});
}

/**
 * Restarts an app without a lost request: a copy of the live release goes live beside it and takes its place. Throws
 * `no_release` when nothing is live, `deployment_unfinished` while a deployment is under way.
 */
export function restartApp(db: Db, appId: string, actor: Actor): Promise<Deployment> {
  return transaction(db, async (tx) => {
    await lockApp(tx, appId);
    const app = await tx.app.findUniqueOrThrow({ where: { id: appId } });
    if (app.liveReleaseId === null)
      throw new BerthError(
        'no_release',
        'Nothing is live yet, so there is nothing to restart; deploy first.',
      );
    const unfinished = await tx.deployment.findFirst({
      where: { appId, status: { in: unfinishedStatuses } },
      select: { number: true },
    });
    if (unfinished)
      throw new BerthError(
        'deployment_unfinished',
        `Deployment ${unfinished.number} is under way and starts new instances anyway; wait for it, or cancel it.`,
      );
    const live = await tx.release.findUniqueOrThrow({ where: { id: app.liveReleaseId } });
    const deployment = await deployCopy(tx, live, `Restart of v${live.number}`, actor, 'restart');
    await emitEvent(tx, {
      teamId: app.teamId,
      appId,
      kind: 'app.restarted',
      data: { deploymentId: deployment.id, number: deployment.number },
      actor,
    });
    return deployment;
  });
}

/** `scale` of an app's row. */
export function scaleOf(value: Prisma.JsonValue): Record<string, number> {
  return value as Record<string, number>;
}

function describe(settings: [string, unknown][]): string {
  const text = settings
    .map(([key, value]) => `${key} ${value === null ? 'unset' : String(value)}`)
    .join(', ');
  return `Set ${text}`;
}
