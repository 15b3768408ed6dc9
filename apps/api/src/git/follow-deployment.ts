import { hasEnded, type DeploymentStatus } from '#libs/core/deployment-status.js';
import type { Db } from '#libs/store/db.js';
import type { NoticeListener } from '#libs/store/listener.js';
import { logLinesAfter } from '#libs/store/log-lines.js';
import { deploymentOutcome, type DeploymentOutcome } from '#libs/store/sources.js';
import { stepsOf } from '#libs/store/steps.js';
import { Wakeup } from '../live/wakeup.js';
import type { ReportLine, ReportStep } from './push-report.js';

export type Followed =
  | { kind: 'line'; line: ReportLine }
  | { kind: 'step'; step: ReportStep }
  | { kind: 'end'; outcome: DeploymentOutcome | null };

const PAGE = 500;
/** Failed reads in a row; each waits up to ten seconds for the next. */
const FAILURES_MAX = 12;

/**
 * What happens to a deployment, as it happens: log lines and ended steps in their order, each once, then its end. `outcome` is null
 * when it is gone with its app. Ends without an end when the signal aborts. Throws when the database stays
 * away.
 */
export async function* followDeployment(
  db: Db,
  listener: NoticeListener,
  deploymentId: string,
  signal: AbortSignal,
): AsyncGenerator<Followed> {
  const wakeup = new Wakeup(
    listener,
    (notice) => 'deployment' in notice && notice.deployment === deploymentId,
  );
  const reader = new Reader(db, deploymentId);
  try {
    for (let failures = 0; !signal.aborted;) {
      try {
        // The status first: what is written before the end is read after it.
        const outcome = await deploymentOutcome(db, deploymentId);
        yield* reader.news();
        if (outcome === null || hasEnded(outcome.status as DeploymentStatus))
          return yield { kind: 'end', outcome };
        failures = 0;
      } catch (error) {
        // The database may be away for a moment; the listener wakes us when it is back.
        if (++failures >= FAILURES_MAX) throw error;
      }
      await wakeup.wait(signal);
    }
  } finally {
    wakeup.close();
  }
}

/** Remembers what was given already. */
class Reader {
  private lastLine = 0n;
  private readonly steps = new Set<string>();

  constructor(
    private readonly db: Db,
    private readonly deploymentId: string,
  ) {}

  async *news(): AsyncGenerator<Followed> {
    for (;;) {
      const lines = await logLinesAfter(this.db, this.deploymentId, this.lastLine, PAGE);
      for (const line of lines) {
        this.lastLine = line.id;
        yield { kind: 'line', line };
      }
      if (lines.length < PAGE) break;
    }
    for (const step of await stepsOf(this.db, this.deploymentId)) {
      const key = `${step.attempt} ${step.name} ${step.subject}`;
      if (step.endedAt === null || this.steps.has(key)) continue;
      this.steps.add(key);
      yield { kind: 'step', step };
    }
  }
}
