import { rolloutOf } from '#libs/contracts/rollout.js';
import type { DesiredApp } from '#libs/core/reconcile.js';
import type { AppState } from '#libs/store/app-states.js';
import { isScaledToZero } from '#libs/contracts/wanted-processes.js';

/** Going back, promoting what was tried already, and starting the same anew is to be instant. */
const instantly = ['rollback', 'promote', 'restart'];

/** Has the release that is being started to show first that it does well, and is it doing so? */
export function trialOf({ app, live, next, split }: AppState): DesiredApp['trial'] {
  if (next === null || live === null || isScaledToZero(app.scale)) return null;
  if (split?.isTrial) return split.passed ? null : 'under-way';
  const isChange = !instantly.includes(next.trigger) && next.releaseId !== live.releaseId;
  return isChange && rolloutOf(app.rollout).enabled ? 'due' : null;
}
