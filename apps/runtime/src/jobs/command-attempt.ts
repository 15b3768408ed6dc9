import { messageOf } from '#libs/core/errors.js';
import { label, type ContainerView } from '#libs/engine/port.js';
import { moveInstance } from '#libs/store/instances.js';
import { jobInstance, type AttemptEnd, type JobInstance, type RunningJob } from '#libs/store/job-runs.js';
import { endReason } from '../instances/end-reason.js';
import { Start } from '../instances/start-instance.js';
import { StartFailed } from '../instances/start-failed.js';
import type { RuntimeContext } from '../runtime-context.js';

/** The engine tells when the container ends; a missed event costs this much. */
const lookEveryMs = 2_000;
/** Troubles that are nobody's fault (engine or registry away) are waited out for so long before the attempt has failed. */
const patienceMs = 5 * 60_000;
const graceSeconds = 5;

/**
 * Runs an attempt of a command to its end. It may be killed anywhere: the next runtime finds its container by its instance, waits
 * for one that runs, and never starts one again. `cancelled` ends it early; `left` leaves it where it is, by throwing.
 */
export async function runCommand(
  context: RuntimeContext,
  job: RunningJob & { task: { command: string[] } },
  { cancelled, left }: { cancelled: AbortSignal; left: AbortSignal },
): Promise<AttemptEnd> {
  const { db, engine, logsWritten } = context;
  const instance = job.instanceId === null ? null : await jobInstance(db, job.instanceId);
  if (instance === null) return failed('Its instance is gone.');
  try {
    const container = await begun(context, job, instance, left);
    const now = new Date();
    const set = { startedAt: now, readyAt: now };
    await moveInstance(db, context.fence, { id: instance.id, to: 'ready', from: ['starting'], set });
    const { view, timedOut } = await ended(context, job, container, { cancelled, left });
    const { code, reason, exitCode } = endReason(view ?? undefined, instance, context);
    if (view !== null) await logsWritten(view.id);
    const succeeded = code === 'exited' && exitCode === 0 && !timedOut && !cancelled.aborted;
    const why = timedOut ? `It had not ended after its ${job.timeoutSeconds} s and was ended.` : reason;
    return { succeeded, exitCode, httpStatus: null, reason: succeeded ? null : why };
  } catch (error) {
    if (!(error instanceof StartFailed)) throw error;
    const container = await containerOf(context, instance);
    if (container !== null) await engine.stop(container.id, 0);
    return { ...failed(error.reason.message), exitCode: error.exitCode };
  }
}

/** Takes away what is left of an attempt that is over. Repeating it is harmless. */
export async function clearAttempt(
  context: RuntimeContext,
  instance: { id: string; appId: string },
): Promise<void> {
  const { engine, db, fence } = context;
  const container = await containerOf(context, instance);
  if (container !== null) {
    if (container.state === 'running') await engine.stop(container.id, graceSeconds);
    await context.logsWritten(container.id);
    await engine.remove(container.id);
  }
  const set = { stoppedAt: new Date(), exitCode: container?.exitCode ?? null };
  await moveInstance(db, fence, { id: instance.id, to: 'stopped', set });
}

function failed(reason: string): AttemptEnd {
  return { succeeded: false, exitCode: null, httpStatus: null, reason };
}

async function containerOf(
  { engine }: RuntimeContext,
  { id, appId }: { id: string; appId: string },
): Promise<ContainerView | null> {
  const views = await engine.list({ app: appId });
  return views.find((view) => view.labels[label.instance] === id) ?? null;
}

/** The container of the attempt, started once. */
async function begun(
  context: RuntimeContext,
  job: RunningJob & { task: { command: string[] } },
  instance: JobInstance,
  left: AbortSignal,
): Promise<string> {
  const { app, task } = job;
  // The release's image, config and limits, with the job's command in place of its process types.
  const release = { ...instance.release, processes: { [instance.process]: task.command } };
  const row = { ...instance, release };
  const known = await containerOf(context, instance);
  if (known !== null && known.state !== 'created') {
    context.onStarted(app, row, known.id);
    return known.id;
  }
  const start = new Start(context, { app, instance: row, deployment: null, signal: left });
  try {
    const spec = await start.prepare();
    return await context.starts.use(async () => {
      await start.image(spec);
      const created = await start.create(spec);
      await start.start(created, spec);
      return created.id;
    });
  } catch (error) {
    const since = Date.now() - (job.startedAt ?? new Date()).getTime();
    if (error instanceof StartFailed || left.aborted || since < patienceMs) throw error;
    const message = `It could not be started: ${messageOf(error)}`;
    throw new StartFailed({ code: 'job_start_failed', step: 'start', message, hint: 'Try again.' }, null, {
      cause: error,
    });
  }
}

/** Waits for the container's end, or brings it about. `view`: null when somebody else removed it. */
async function ended(
  { engine, watch }: RuntimeContext,
  job: RunningJob,
  containerId: string,
  { cancelled, left }: { cancelled: AbortSignal; left: AbortSignal },
): Promise<{ view: ContainerView | null; timedOut: boolean }> {
  let timedOut = false;
  for (;;) {
    left.throwIfAborted();
    const view = await engine.inspect(containerId);
    if (view === null || view.state === 'exited' || view.state === 'dead') return { view, timedOut };
    const deadline = (view.startedAt ?? new Date()).getTime() + job.timeoutSeconds * 1_000;
    timedOut = Date.now() >= deadline;
    if (timedOut || cancelled.aborted) await engine.stop(containerId, graceSeconds);
    else await change(watch, containerId, Math.min(lookEveryMs, deadline - Date.now()), [cancelled, left]);
  }
}

/** Resolves when the container ends, a signal comes, or after `ms`. */
function change(
  watch: RuntimeContext['watch'],
  containerId: string,
  ms: number,
  signals: AbortSignal[],
): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      forget();
      for (const signal of signals) signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, Math.max(1, ms));
    const forget = watch.onEnd(containerId, done);
    for (const signal of signals) signal.addEventListener('abort', done, { once: true });
  });
}
