import type { EdgeStats } from '#libs/contracts/edge.js';
import type { WakeReply } from '#libs/contracts/runtime-api.js';
import type { AppState } from '#libs/store/app-states.js';
import type { Visit } from '#libs/store/visited-releases.js';
import { visitedTimes } from './visited-tiers.js';

/** So many releases of the past of one app run at once. */
export const visitedAtOnce = 3;
/** One that was not used for so long may give its place to another. */
const idleMs = 10_000;

export interface VisitedReleasesOptions {
  visit: (visit: Visit) => Promise<'noted' | 'unknown' | 'full'>;
  touch: (appId: string, releaseId: string, usedAt: Date) => Promise<void>;
  end: (appId: string, releaseIds: string[], before: Date) => Promise<void>;
  terminalsIn: (instanceId: string) => number;
  look: (appId: string) => void;
  warn: (message: string, detail?: Record<string, unknown>) => void;
}

interface VisitedApp {
  freezeMs: number;
  /** Release id to its last use (ms), and what of it Postgres knows. */
  used: Map<string, { at: number; noted: number }>;
  instances: Map<string, string>;
}

/**
 * Releases of the past that are visited by their own address. Postgres holds when each was last used and the look makes
 * instances match it (`visited-tiers.ts`); here a visitor is let in, and use is seen.
 */
export class VisitedReleases {
  readonly #apps = new Map<string, VisitedApp>();
  /** Requests finished by instance, at the last reading. */
  #requests = new Map<string, number>();

  constructor(private readonly options: VisitedReleasesOptions) {}

  /** Takes in what a look read, and gives it back with the uses that Postgres does not know yet. */
  note(state: AppState): AppState {
    const { app } = state;
    if (app.deletedAt !== null || state.visited.length === 0) {
      this.#apps.delete(app.id);
      return state;
    }
    const before = this.#apps.get(app.id);
    const used: VisitedApp['used'] = new Map();
    const visited = state.visited.map(({ deployment, usedAt }) => {
      const noted = usedAt.getTime();
      const at = Math.max(noted, before?.used.get(deployment.release.id)?.at ?? 0);
      used.set(deployment.release.id, { at, noted });
      return { deployment, usedAt: new Date(at) };
    });
    const mine = state.instances.filter(
      (row) => used.has(row.releaseId) && row.deploymentId !== state.live?.id,
    );
    const instances = new Map(mine.map((row) => [row.id, row.releaseId]));
    this.#apps.set(app.id, { freezeMs: visitedTimes(state).freezeMs, used, instances });
    return { ...state, visited };
  }

  /** The time of these releases is over: their rows go, unless somebody came since. */
  async end(state: AppState, releaseIds: string[], now: number): Promise<void> {
    const { stopMs } = visitedTimes(state);
    await this.options.end(state.app.id, releaseIds, new Date(now - stopMs));
  }

  forget(appId: string): void {
    this.#apps.delete(appId);
  }

  /**
   * Sees which visited releases are in use by the activator's counters, and gives the counters back without them: who visits the
   * past does not keep the app itself awake.
   */
  takeOut(stats: EdgeStats, now: number): EdgeStats {
    const instances = { ...stats.instances };
    const requests = new Map<string, number>();
    for (const [appId, app] of this.#apps) {
      for (const [instanceId, releaseId] of app.instances) {
        const one = instances[instanceId];
        delete instances[instanceId];
        requests.set(instanceId, one?.requests ?? 0);
        const more = (one?.requests ?? 0) > (this.#requests.get(instanceId) ?? 0);
        const isUsed = more || (one?.inFlight ?? 0) > 0 || this.options.terminalsIn(instanceId) > 0;
        if (isUsed) this.#use(appId, app, releaseId, now);
      }
    }
    this.#requests = requests;
    return { ...stats, instances };
  }

  /** Somebody wants this release. It is started, or taken back from its rest, by the look. */
  async wake(appId: string, number: number): Promise<WakeReply> {
    const awakeMs = this.#apps.get(appId)?.freezeMs ?? 0;
    const outcome = await this.options.visit({
      ...{ appId, number, now: new Date(), awakeMs, idleMs, most: visitedAtOnce },
    });
    if (outcome === 'full')
      this.options.warn('More releases of an app are visited than may run at once', { appId, number });
    if (outcome === 'noted') this.options.look(appId);
    return { tier: 'stopped', instances: [] };
  }

  #use(appId: string, app: VisitedApp, releaseId: string, now: number): void {
    const used = app.used.get(releaseId);
    if (used === undefined) return;
    used.at = Math.max(used.at, now);
    // Often enough that a runtime that starts anew does not take it for idle.
    if (now - used.noted < Math.min(5_000, app.freezeMs / 4)) return;
    used.noted = now;
    this.options.touch(appId, releaseId, new Date(now)).catch((error: unknown) => {
      this.options.warn(`The use of a release could not be noted: ${String(error)}`, { appId });
    });
  }
}
