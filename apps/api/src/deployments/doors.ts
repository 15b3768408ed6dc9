import { unfinishedStatuses } from '#libs/core/deployment-status.js';
import { BerthError } from '#libs/core/errors.js';
import { acceptDeployment } from '#libs/store/accept.js';
import type { Db } from '#libs/store/db.js';
import { deploymentByNumber, listDeployments } from '#libs/store/deployment-queries.js';
import type { Actor } from '#libs/store/events.js';
import { passTrialOf } from '#libs/store/rollout.js';
import { endSplit } from '#libs/store/split.js';
import { releaseByNumber } from '#libs/store/releases.js';
import { liveReleaseId, liveSource } from '#libs/store/release-queries.js';

/**
 * Goes back to a release: a deployment of that very release, so nothing is built. Returns the deployment's id. Throws
 * `release_not_found`, and `release_is_live` when it is live and nothing else is under way.
 */
export async function rollBack(db: Db, appId: string, number: number, actor: Actor): Promise<string> {
  const release = await releaseByNumber(db, appId, number);
  if ((await liveReleaseId(db, appId)) === release.id) {
    const [newest] = await listDeployments(db, appId, { before: null, take: 1 });
    if (!newest || !unfinishedStatuses.some((status) => status === newest.status))
      throw new BerthError(
        'release_is_live',
        `v${number} is the live release already; restart the app instead.`,
      );
  }
  const { deployment } = await acceptDeployment(db, {
    appId,
    trigger: 'rollback',
    releaseId: release.id,
    actor,
  });
  return deployment.id;
}

/**
 * Gives all visitors a release. One that is being tried step by step goes live without its other steps; one that is live already
 * only loses its split. Returns the deployment's id, null where none is needed. Throws `release_not_found`, `release_is_live`.
 */
export async function promote(db: Db, appId: string, number: number, actor: Actor): Promise<string | null> {
  const release = await releaseByNumber(db, appId, number);
  const tried = await passTrialOf(db, { appId, releaseId: release.id, actor });
  if (tried !== null) return tried;
  if ((await liveReleaseId(db, appId)) !== release.id)
    return (await acceptDeployment(db, { appId, trigger: 'promote', releaseId: release.id, actor }))
      .deployment.id;
  if (await endSplit(db, appId, actor)) return null;
  return rollBack(db, appId, number, actor);
}

/**
 * Builds the source of the live release again: on the stack images that are in force now, without a change of the app's own. Returns the
 * deployment's id. Throws `nothing_to_rebuild`.
 */
export async function rebuildLive(db: Db, appId: string, actor: Actor): Promise<string> {
  const sourceId = await liveSource(db, appId);
  if (sourceId === null)
    throw new BerthError(
      'nothing_to_rebuild',
      'Nothing is live that was built from files or taken from an image; deploy anew instead.',
    );
  const { deployment } = await acceptDeployment(db, { appId, trigger: 'rebuild', actor, sourceId });
  return deployment.id;
}

/**
 * Repeats a deployment: the same source is built again; what had no source (a rollback, changed config) deploys the same
 * release. Returns the new deployment's id. Throws `deployment_not_found`, `nothing_to_retry`.
 */
export async function retryDeployment(db: Db, appId: string, number: number, actor: Actor): Promise<string> {
  const { sourceId, releaseId } = await deploymentByNumber(db, appId, number);
  const what = sourceId !== null ? { sourceId } : releaseId !== null ? { releaseId } : null;
  if (!what)
    throw new BerthError(
      'nothing_to_retry',
      `Deployment ${number} has neither a source nor a release; deploy anew instead.`,
    );
  const { deployment } = await acceptDeployment(db, { appId, trigger: 'retry', actor, ...what });
  return deployment.id;
}
