/**
 * The one table of deployment statuses. A status changes only along these arrows, by a conditional update that names the
 * status it starts from (libs/store/deployments.ts).
 *
 *   queued -> building -> starting -> routing -> live
 *
 * A deployment without a build (image kept, rollback, config change) goes from queued straight to starting. One whose build would
 * give what is live already goes from building straight to live, without a release of its own.
 */
export const deploymentStatuses = [
  'queued',
  'building',
  'starting',
  'routing',
  'live',
  'failed',
  'cancelled',
  'superseded',
] as const;
export type DeploymentStatus = (typeof deploymentStatuses)[number];

const arrows: Record<DeploymentStatus, readonly DeploymentStatus[]> = {
  queued: ['building', 'starting', 'failed', 'cancelled', 'superseded'],
  // Straight to live: nothing differs from the live release, so that there is nothing to start.
  building: ['starting', 'live', 'failed', 'cancelled', 'superseded'],
  starting: ['routing', 'failed', 'cancelled', 'superseded'],
  // The release is already the live one here: what remains is to tell the edge, which is repeated until it is done.
  routing: ['live'],
  live: [],
  failed: [],
  cancelled: [],
  superseded: [],
};

/** May a deployment go from one status to another? */
export function canMove(from: DeploymentStatus, to: DeploymentStatus): boolean {
  return arrows[from].includes(to);
}

/** The statuses from which `to` can be reached in one move. */
export function sourcesOf(to: DeploymentStatus): DeploymentStatus[] {
  return deploymentStatuses.filter((from) => canMove(from, to));
}

/** Has the deployment ended? Ended deployments never change again. */
export function hasEnded(status: DeploymentStatus): boolean {
  return arrows[status].length === 0;
}

export const unfinishedStatuses = deploymentStatuses.filter((status) => !hasEnded(status));
