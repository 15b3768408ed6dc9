import { appHost } from '#libs/core/names.js';
import { LevelLoop } from '#libs/core/level-loop.js';
import { messageOf } from '#libs/core/errors.js';
import type { Notice } from '#libs/contracts/events.js';
import { adoptSchedules, fireDue, nextCronAt } from '#libs/store/cron.js';
import { EpochLost } from '#libs/store/hosts.js';
import {
  cancelJobsOfDeletedApps,
  claimJob,
  dueJobs,
  endAttempt,
  endedJobInstances,
  nextJobAt,
  runningJobs,
  type AttemptEnd,
  type RunningJob,
} from '#libs/store/job-runs.js';
import { liveConfigValue } from '#libs/store/releases.js';
import type { RuntimeContext } from '../runtime-context.js';
import { clearAttempt, runCommand } from './command-attempt.js';
import { askApp } from './request-attempt.js';

/** Without anything asking for it, rows are read this often. */
const longestMs = 15_000;
/** After an attempt that stopped on the way. */
const againMs = 2_000;

interface Held {
  cancel: AbortController;
  done: Promise<void>;
}

/**
 * Runs jobs, and makes jobs of schedules. By level: a notice, a timer and the end of an attempt all only say "look"; rows say what
 * is due, what runs, and what somebody wants to end. A runtime that was killed goes on with what its rows say.
 */
export class JobDesk {
  readonly #held = new Map<string, Held>();
  readonly #left = new AbortController();
  readonly #loop: LevelLoop;

  constructor(private readonly context: RuntimeContext) {
    this.#loop = new LevelLoop(
      () => this.#look(),
      (error) => this.#failed('Jobs were not looked at', error),
    );
  }

  /** Something of jobs or schedules may have changed. */
  onNotice(notice: Notice): void {
    if (notice.t === 'event' && ['job.created', 'job.cancelled', 'app.deleted'].includes(notice.kind))
      this.ask();
    // Its schedule comes with it.
    if (notice.t === 'deployment' && (notice.status === 'routing' || notice.status === 'live')) this.ask();
  }

  /** Asks for a look. */
  ask(): void {
    this.#loop.ask();
  }

  /** What runs goes on; the next runtime looks after it. */
  async stop(): Promise<void> {
    this.#left.abort(new Error('The runtime stops.'));
    await this.#loop.stop();
    await Promise.all([...this.#held.values()].map(({ done }) => done));
  }

  /** Returns after how many ms to look again. */
  async #look(): Promise<number> {
    const { db, fence } = this.context;
    const now = new Date();
    await adoptSchedules(db, fence, now);
    await fireDue(db, fence, now);
    await cancelJobsOfDeletedApps(db, fence);
    const running = await runningJobs(db, fence.hostId);
    for (const job of running) this.#attend(job);
    for (const job of await dueJobs(db, running, now)) await this.#begin(job);
    await this.#clear(running);
    const next = [await nextCronAt(db), await nextJobAt(db, now)].flatMap((at) => at?.getTime() ?? []);
    return Math.min(longestMs, ...next.map((at) => at - Date.now()));
  }

  async #begin(due: RunningJob): Promise<void> {
    const { db, fence, networks } = this.context;
    const network = 'command' in due.task ? await networks.ensure(due.app.teamId) : null;
    const job = await claimJob(db, fence, { id: due.id, networkId: network?.id ?? null });
    if (job !== null) this.#attend(job);
  }

  /** Sees to it that this process works on a job that its rows say is running. */
  #attend(job: RunningJob): void {
    if (this.#left.signal.aborted) return;
    const held = this.#held.get(job.id) ?? this.#hold(job);
    if (job.cancelledAt !== null) held.cancel.abort();
  }

  #hold(job: RunningJob): Held {
    const cancel = new AbortController();
    const done = this.#attempt(job, cancel.signal)
      .catch((error: unknown) => {
        if (!this.#left.signal.aborted) this.#failed('An attempt of a job stopped', error, job);
        return false;
      })
      .then((over) => {
        this.#held.delete(job.id);
        if (over) this.ask();
        else this.#loop.askIn(againMs);
      });
    const held = { cancel, done };
    this.#held.set(job.id, held);
    return held;
  }

  /** True once the attempt is over and noted. */
  async #attempt(job: RunningJob, cancelled: AbortSignal): Promise<boolean> {
    const { db, fence } = this.context;
    const { task } = job;
    const end =
      'command' in task
        ? await runCommand(this.context, { ...job, task }, { cancelled, left: this.#left.signal })
        : await this.#ask(job, task, cancelled);
    // Left on the way: it is the next runtime's to note.
    if (this.#left.signal.aborted) return false;
    const status = await endAttempt(db, fence, job, end);
    if (status === 'failed') await this.#alert(job, end);
    if (job.instanceId !== null) await clearAttempt(this.context, { id: job.instanceId, appId: job.appId });
    return true;
  }

  /** A job that failed is in the app's log too: whoever reads it, or a drain that watches it, need not ask for events. */
  async #alert(job: RunningJob, { reason }: AttemptEnd): Promise<void> {
    const name = job.cron === null ? 'Job' : `Scheduled job "${job.cron}"`;
    const text = [`${name} failed.`, reason, `More: berth job info ${job.id.slice(-8)}`];
    const about = { appId: job.appId, instanceId: job.instanceId ?? job.id, process: 'job', release: null };
    await this.context.noteInLog(about, text.filter((part) => part !== null).join(' '));
  }

  async #ask(
    job: RunningJob,
    { path, method }: { path: string; method: 'GET' | 'POST' },
    cancelled: AbortSignal,
  ): Promise<AttemptEnd> {
    const { env, db, sealer, fence } = this.context;
    // Nobody waits for the answer of a request of a runtime before.
    if (job.epoch !== fence.epoch)
      return {
        ...{ succeeded: false, exitCode: null, httpStatus: null },
        reason: 'Berth was restarted while it waited for the answer.',
      };
    return askApp({
      port: env.BERTH_ACTIVATOR_PORT,
      host: appHost(job.app.name, env.BERTH_APPS_DOMAIN),
      ...{ method, path, job },
      timeoutMs: job.timeoutSeconds * 1_000,
      secret: await liveConfigValue(db, sealer, job.appId, 'CRON_SECRET'),
      signal: AbortSignal.any([cancelled, this.#left.signal]),
    });
  }

  /** What an attempt left that was killed between its end and its clearing. */
  async #clear(running: readonly RunningJob[]): Promise<void> {
    const { db, fence } = this.context;
    const attended = new Set(running.flatMap(({ instanceId }) => instanceId ?? []));
    for (const instance of await endedJobInstances(db, fence.hostId))
      if (!attended.has(instance.id)) await clearAttempt(this.context, instance);
  }

  #failed(what: string, error: unknown, job?: RunningJob): void {
    const { warn, onEpochLost } = this.context;
    if (error instanceof EpochLost) onEpochLost(error);
    else if (!this.#left.signal.aborted) warn(`${what}: ${messageOf(error)}`, job && { jobId: job.id });
  }
}
