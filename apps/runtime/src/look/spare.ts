import { freemem, totalmem } from 'node:os';
import type { DesiredApp } from '#libs/core/reconcile.js';
import type { AppState } from '#libs/store/app-states.js';

/** The release before is kept frozen for so long after the change: when people want to go back, they want it soon. */
export const spareMs = 5 * 60_000;
/** A host with less of its memory available than this keeps nothing in reserve. */
const freeShare = 0.2;

/** Whose instances are kept for a rollback, and until when; null on a host that is short of memory. */
export function spareOf(
  { live, previous }: Pick<AppState, 'live' | 'previous'>,
  now = Date.now(),
  memory = { available: freemem(), total: totalmem() },
): DesiredApp['spare'] {
  if (live === null || previous === null || memory.available < memory.total * freeShare) return null;
  return { deploymentId: previous.id, until: (live.endedAt?.getTime() ?? now) + spareMs };
}
