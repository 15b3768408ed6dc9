import type { ContainerView } from '#libs/engine/port.js';
import { moveInstance } from '#libs/store/instances.js';
import { noteReleaseCommand } from '#libs/store/release-command.js';
import type { TimelineOf } from '../timeline.js';
import type { RuntimeContext } from '../runtime-context.js';
import { endReason } from './end-reason.js';
import { Start, type StartInput } from './start-instance.js';
import { StartFailed } from './start-failed.js';

/** A migration may take its time, but not for ever. */
const limitMs = 30 * 60_000;
/** The engine tells when the container ends; a missed event costs this much. */
const lookEveryMs = 1_000;

/**
 * Runs a release's command (process type `release`: migrations and the like) to its end, before anything else of the
 * release is started. It may be killed anywhere: what runs already is waited for, what has ended is not started again.
 * Throws `StartFailed` unless it ends with 0.
 */
export async function runReleaseCommand(
  context: RuntimeContext,
  input: StartInput & { deployment: TimelineOf },
): Promise<void> {
  const { timeline, engine, db, fence, logsWritten } = context;
  const { instance, deployment } = input;
  const from = new Date();
  timeline.begin(deployment, 'command', instance.id, from);
  const containerId = await begun(context, input);
  const ended = await end(context, input, containerId);
  const { code, reason, exitCode } = endReason(ended, instance, context);
  await logsWritten(containerId);
  if (ended.exitCode !== 0 || code === 'out_of_memory') {
    throw new StartFailed(
      {
        code: 'release_command_failed',
        step: 'command',
        message: `The release command did not succeed. ${reason}`,
        hint: 'Its last lines usually say why. The release before goes on; mend it and deploy again.',
      },
      exitCode,
    );
  }
  timeline.end(deployment, 'command', instance.id, { from, to: new Date(), detail: { exitCode } });
  await noteReleaseCommand(db, fence, deployment.deploymentId);
  await engine.remove(containerId);
  await moveInstance(db, fence, { id: instance.id, to: 'stopped', set: { stoppedAt: new Date(), exitCode } });
}

/** The container, started once. */
async function begun(context: RuntimeContext, input: StartInput): Promise<string> {
  const { containerId } = input.instance;
  const known = containerId === null ? null : await context.engine.inspect(containerId);
  if (known !== null && known.state !== 'created') return known.id;
  // Its steps are its own business: the timeline tells of those of the instances that stay.
  const start = new Start(context, { ...input, deployment: null });
  const spec = await start.prepare();
  return context.starts.use(async () => {
    await start.image(spec);
    const created = await start.create(spec);
    await start.start(created, spec);
    return created.id;
  });
}

/** Waits for the container's end; one that takes too long is ended. */
async function end(
  { engine, watch }: RuntimeContext,
  { instance, signal }: StartInput,
  containerId: string,
): Promise<ContainerView> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    signal.throwIfAborted();
    const view = await engine.inspect(containerId);
    if (view === null) {
      throw new StartFailed(
        {
          code: 'release_command_failed',
          step: 'command',
          message: 'The container of the release command was removed by somebody else.',
          hint: 'Deploy again.',
        },
        null,
      );
    }
    if (view.state === 'exited' || view.state === 'dead') return view;
    if (Date.now() > deadline) {
      await engine.stop(containerId, instance.release.graceSeconds);
      throw new StartFailed(
        {
          code: 'release_command_timeout',
          step: 'command',
          message: `The release command had not ended after ${limitMs / 60_000} minutes.`,
          hint: 'Run what takes longer apart from the deployment: berth run APP -- COMMAND.',
        },
        null,
      );
    }
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        forget();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, lookEveryMs);
      const forget = watch.onEnd(containerId, done);
      signal.addEventListener('abort', done, { once: true });
    });
  }
}
