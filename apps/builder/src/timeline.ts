import type { StepName } from '#libs/core/steps.js';
import type { Db } from '#libs/store/db.js';
import type { Deployment } from '#libs/store/generated/client.js';
import { endStep, startStep, type StepDetail, type StepKey } from '#libs/store/steps.js';

/** A step that is over sooner is written once, at its end: nobody could have seen it run. */
const VISIBLE_MS = 40;

/**
 * Writes the step rows of one attempt. Writing goes on beside the work, in order; a row that cannot be written is no reason
 * to fail a build.
 */
export class Timeline {
  private writes: Promise<void> = Promise.resolve();
  private open: { key: StepKey; startedAt: Date; showing: NodeJS.Timeout } | null = null;

  constructor(
    private readonly db: Db,
    private readonly deployment: Pick<Deployment, 'id' | 'attempt'>,
  ) {}

  /** Name of the step that runs now, or ran last. */
  current: StepName = 'queue';

  /** Runs `work` as a step; `detailOf` says what there is to show about its result. */
  async step<T>(name: StepName, work: () => Promise<T>, detailOf?: (result: T) => StepDetail): Promise<T> {
    const startedAt = new Date();
    const key = { deploymentId: this.deployment.id, attempt: this.deployment.attempt, name };
    this.current = name;
    const showing = setTimeout(() => this.write(() => startStep(this.db, key, startedAt)), VISIBLE_MS);
    this.open = { key, startedAt, showing };
    const result = await work();
    this.end('done', detailOf?.(result) ?? {});
    return result;
  }

  /** A step that took place before this process looked. */
  past(name: StepName, startedAt: Date, endedAt: Date, detail: StepDetail = {}): void {
    const key = { deploymentId: this.deployment.id, attempt: this.deployment.attempt, name };
    this.write(() => endStep(this.db, key, { startedAt, endedAt, outcome: 'done', detail }));
  }

  /** Closes the running step, if there is one. */
  end(outcome: 'done' | 'failed' | 'skipped', detail: StepDetail = {}): void {
    if (this.open === null) return;
    const { key, startedAt, showing } = this.open;
    clearTimeout(showing);
    this.open = null;
    const endedAt = new Date();
    this.write(() => endStep(this.db, key, { startedAt, endedAt, outcome, detail }));
  }

  /** Resolves once all rows are written. */
  async settled(): Promise<void> {
    await this.writes;
  }

  private write(work: () => Promise<void>): void {
    this.writes = this.writes.then(work).catch(() => undefined);
  }
}
