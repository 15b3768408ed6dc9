import { unfinishedStatuses } from '#libs/core/deployment-status.js';
import { BerthError } from '#libs/core/errors.js';
import { acceptDeployment } from '#libs/store/accept.js';
import type { Db } from '#libs/store/db.js';
import { deploymentByNumber, listDeployments } from '#libs/store/deployment-queries.js';
import type { Actor } from '#libs/store/events.js';
import { releaseByNumber } from '#libs/store/releases.js';
import { liveReleaseId } from '#libs/store/release-queries.js';

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
