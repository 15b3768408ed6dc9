import { edgeBuckets, type EdgeStats } from '#libs/contracts/edge.js';
import { rolloutOf } from '#libs/contracts/rollout.js';
import {
  decideRollout,
  rolloutRules,
  rolloutShares,
  type ReleaseSample,
  type RolloutDecision,
} from '#libs/core/rollout.js';
import type { AppState } from '#libs/store/app-states.js';
import type { Db } from '#libs/store/db.js';
import type { Fence } from '#libs/store/hosts.js';
import { appendLogLines } from '#libs/store/log-lines.js';
import { advanceTrial, beginTrial, passTrial, returnTrial } from '#libs/store/rollout.js';
import type { RouteCounters } from '#libs/traefik-config/metrics.js';
import type { Timeline, TimelineOf } from '../timeline.js';
import { TrialTraffic } from './trial-traffic.js';

/** A trial under way, as the last look knew it. */
interface Trial extends TimelineOf {
  appId: string;
  release: number;
  old: number;
  percent: number;
  stepMs: number;
  /** When this share began, as far as this runtime saw it: what came before was not counted. */
  since: number;
  traffic: TrialTraffic;
  acting: boolean;
}

export interface RolloutsOptions {
  db: Db;
  fence: Fence;
  timeline: Timeline;
  look: (appId: string) => void;
  warn: (message: string, detail?: Record<string, unknown>) => void;
}

/**
 * Progressive delivery: watches the releases on trial and carries out what the rule (`libs/core/rollout.ts`) says. What was decided
 * is in Postgres, what was counted only here: a runtime that starts anew watches the present share from its beginning.
 */
export class Rollouts {
  readonly #trials = new Map<string, Trial>();

  constructor(private readonly options: RolloutsOptions) {}

  /** Takes in what a look read. */
  note(state: AppState, now = Date.now()): void {
    const { app, live, split } = state;
    if (!split?.isTrial || split.passed || live === null || app.deletedAt !== null) {
      this.#trials.delete(app.id);
      return;
    }
    const { deployment, percent } = split;
    const before = this.#trials.get(app.id);
    const isSame = before?.deploymentId === deployment.id;
    const trial: Trial = isSame
      ? before
      : {
          ...{ appId: app.id, deploymentId: deployment.id, attempt: deployment.attempt },
          ...{ release: deployment.release.number, old: live.release.number, percent },
          ...{ stepMs: 0, since: now, traffic: new TrialTraffic(), acting: false },
        };
    trial.stepMs = rolloutOf(app.rollout).stepSeconds * 1_000;
    if (trial.percent !== percent) {
      trial.percent = percent;
      trial.since = now;
      trial.traffic.beginShare();
    }
    const rows = state.instances.filter((row) => row.process === 'web');
    trial.traffic.name(
      rows.filter((row) => row.deploymentId === deployment.id).map((row) => row.id),
      rows.filter((row) => row.deploymentId === live.id).map((row) => row.id),
    );
    this.#trials.set(app.id, trial);
  }

  forget(appId: string): void {
    this.#trials.delete(appId);
  }

  /** The release is ready: it gets its first share. True: what is wanted has changed. */
  async begin({ app, next }: AppState, deploymentId: string): Promise<boolean> {
    const { db, fence, timeline } = this.options;
    const percent = rolloutShares[0];
    const of = { appId: app.id, deploymentId };
    if (!(await beginTrial(db, fence, { ...of, generation: app.generation, percent }))) return true;
    const key = { deploymentId, attempt: next?.attempt ?? 0 };
    timeline.begin(key, 'rollout', `${percent} %`, new Date());
    await this.#say(deploymentId, `v${next?.release.number ?? '?'} gets ${percent} % of the visitors.`);
    return true;
  }

  /** Takes the counters of both ways in, and acts on those trials whose time has come. */
  async observe(stats: EdgeStats, straight: Map<string, RouteCounters>, now: number): Promise<void> {
    for (const trial of [...this.#trials.values()]) {
      const releases = straight.get(trial.appId)?.releases;
      trial.traffic.read(stats, releases?.get(trial.release), releases?.get(trial.old));
      if (trial.acting) continue;
      const decision = decideRollout(
        { percent: trial.percent, sinceMs: now - trial.since, ...trial.traffic.samples() },
        edgeBuckets,
        { ...rolloutRules, stepMs: trial.stepMs },
      );
      if (decision.do === 'wait') continue;
      trial.acting = true;
      await this.#act(trial, decision)
        .catch((error: unknown) => {
          this.options.warn(`A rollout could not go on: ${String(error)}`, { appId: trial.appId });
        })
        .finally(() => (trial.acting = false));
    }
  }

  async #act(trial: Trial, decision: Exclude<RolloutDecision, { do: 'wait' }>): Promise<void> {
    const { db, fence, look } = this.options;
    const { appId, deploymentId, percent, release } = trial;
    const { fresh } = trial.traffic.samples();
    if (decision.do === 'return') {
      this.#endStep(trial, 'failed', fresh);
      await this.options.timeline.flush();
      const message = `v${release} did worse than v${trial.old} with ${percent} % of the visitors: ${decision.reason}`;
      const error = {
        ...{ code: decision.code, step: 'rollout', message, lines: [] },
        hint: `All visitors get v${trial.old} again. The release keeps its own address, where you can look at it.`,
      };
      await returnTrial(db, fence, { appId, deploymentId, error });
    } else if (decision.do === 'advance') {
      if (await advanceTrial(db, fence, { appId, deploymentId, from: percent, to: decision.percent })) {
        this.#endStep(trial, 'done', fresh);
        this.options.timeline.begin(trial, 'rollout', `${decision.percent} %`, new Date());
        await this.#say(deploymentId, `v${release} gets ${decision.percent} % of the visitors.`);
      }
    } else {
      this.#endStep(trial, 'done', fresh);
      await passTrial(db, fence, { appId, deploymentId });
    }
    look(appId);
  }

  #endStep(trial: Trial, outcome: 'done' | 'failed', { requests, errors }: ReleaseSample): void {
    this.options.timeline.end(trial, 'rollout', `${trial.percent} %`, {
      ...{ from: new Date(trial.since), to: new Date(), outcome },
      detail: { percent: trial.percent, requests, errors },
    });
  }

  async #say(deploymentId: string, text: string): Promise<void> {
    await appendLogLines(this.options.db, deploymentId, [{ at: new Date(), kind: 'detail', text }]);
  }
}
