import { messageOf } from '#libs/core/errors.js';
import type { StepName } from '#libs/core/steps.js';
import type { Db } from '#libs/store/db.js';
import { endStep, startStep, type StepDetail, type StepKey } from '#libs/store/steps.js';

/** Deployment whose timeline is written. */
export interface TimelineOf {
  deploymentId: string;
  attempt: number;
}

/**
 * Writes steps of deployments in their order, beside the work: a step row must not cost the visitor time. `flush` waits
 * until all is written.
 */
export class Timeline {
  #writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly db: Db,
    private readonly warn: (message: string) => void,
  ) {}

  begin(of: TimelineOf, name: StepName, subject: string, at: Date): void {
    this.#write(() => startStep(this.db, key(of, name, subject), at));
  }

  end(
    of: TimelineOf,
    name: StepName,
    subject: string,
    step: { from: Date; to: Date; outcome?: 'done' | 'skipped' | 'failed'; detail?: StepDetail },
  ): void {
    // Clocks of engine and runtime may differ by a hair: no step ends before it began.
    const endedAt = step.to < step.from ? step.from : step.to;
    this.#write(() =>
      endStep(this.db, key(of, name, subject), {
        startedAt: step.from,
        endedAt,
        outcome: step.outcome ?? 'done',
        detail: step.detail,
      }),
    );
  }

  flush(): Promise<void> {
    return this.#writing;
  }

  #write(work: () => Promise<void>): void {
    this.#writing = this.#writing
      .then(work)
      .catch((error: unknown) => this.warn(`A step was not noted: ${messageOf(error)}`));
  }
}

function key(of: TimelineOf, name: StepName, subject: string): StepKey {
  return { ...of, name, subject };
}
