import { volumeNames } from '#libs/contracts/manifest.js';
import { shareVolume } from '#libs/core/reconcile.js';
import type { AppState } from '#libs/store/app-states.js';

/** Has the live release to go before the next one can start? They have a volume in common. Its visitors wait meanwhile. */
export function givesWay({ live, next }: Pick<AppState, 'live' | 'next'>): boolean {
  if (live === null || next === null) return false;
  return shareVolume(volumeNames(live.release.manifest), volumeNames(next.release.manifest));
}
