import { sleepOf } from '#libs/contracts/manifest.js';
import type { DesiredApp } from '#libs/core/reconcile.js';
import type { AppState, RunDeployment } from '#libs/store/app-states.js';
import { isScaledToZero } from '#libs/contracts/wanted-processes.js';

/** What becomes of an app's visited releases, by when each was last used. */
export interface VisitedTiers {
  awake: RunDeployment[];
  /** Kept frozen until then (ms). */
  resting: DesiredApp['spares'];
  /** Release ids whose time is over. */
  over: string[];
  /** When one of them changes its tier next (ms); null when none does. */
  nextAt: number | null;
}

/**
 * A release of the past sleeps by its app's times, counted from its own last use: awake until `freezeAfterSeconds`, frozen until
 * `stopAfterSeconds`, then gone. A function of rows and time, so whoever looks finds the same.
 */
export function visitedTiers(state: AppState, now: number): VisitedTiers {
  const tiers: VisitedTiers = { awake: [], resting: [], over: [], nextAt: null };
  const { freezeMs, stopMs } = visitedTimes(state);
  const isOff = state.app.deletedAt !== null || isScaledToZero(state.app.scale);
  for (const { deployment, usedAt } of state.visited) {
    const freezeAt = usedAt.getTime() + freezeMs;
    const stopAt = usedAt.getTime() + stopMs;
    if (isOff || now >= stopAt) tiers.over.push(deployment.release.id);
    else if (now >= freezeAt) tiers.resting.push({ deploymentId: deployment.id, until: stopAt });
    else tiers.awake.push(deployment);
    const at = now < freezeAt ? freezeAt : now < stopAt ? stopAt : null;
    if (at !== null) tiers.nextAt = Math.min(tiers.nextAt ?? at, at);
  }
  return tiers;
}

/** Use is seen every two seconds: one that slept sooner than this could be frozen while it is in use. */
const shortestMs = 5_000;

/** How long a visited release is awake, and how long it is kept, after its last use; ms. */
export function visitedTimes({ app, live }: AppState): { freezeMs: number; stopMs: number } {
  const { freezeAfterSeconds, stopAfterSeconds } = sleepOf(live?.release.manifest ?? null, app);
  const freezeMs = Math.max(shortestMs, freezeAfterSeconds * 1_000);
  return { freezeMs, stopMs: Math.max(freezeMs, stopAfterSeconds * 1_000) };
}
