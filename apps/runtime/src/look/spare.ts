import { freemem, totalmem } from 'node:os';
import type { DesiredApp } from '#libs/core/reconcile.js';
import type { AppState } from '#libs/store/app-states.js';

/** The release before is kept frozen for so long after the change: when people want to go back, they want it soon. */
export const spareMs = 5 * 60_000;
/** A host with less of its memory available than this keeps nothing in reserve. */
const freeShare = 0.2;

/**
 * Whose instances are kept frozen, and until when: the release before for a rollback, `resting` ones for their visitors. None on a
 * host that is short of memory.
 */
export function sparesOf(
  { live, previous }: Pick<AppState, 'live' | 'previous'>,
  resting: DesiredApp['spares'] = [],
  now = Date.now(),
  memory = { available: freemem(), total: totalmem() },
): DesiredApp['spares'] {
  if (memory.available < memory.total * freeShare) return [];
  if (live === null || previous === null) return resting;
  return [{ deploymentId: previous.id, until: (live.endedAt?.getTime() ?? now) + spareMs }, ...resting];
}
