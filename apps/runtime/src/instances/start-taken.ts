import type { WarmOrder } from '#libs/buildpack/function/warm.js';
import { EngineError, type ContainerSpec } from '#libs/engine/port.js';
import { messageOf } from '#libs/core/errors.js';
import { moveInstance } from '#libs/store/instances.js';
import type { RuntimeContext } from '../runtime-context.js';
import type { TakenInstance } from '../warm/warm-pool.js';
import { Start, type StartInput } from './start-instance.js';
import { StartFailed } from './start-failed.js';

/**
 * Makes a container that waited the instance of this app: network, code, config and name, then readiness as of any other. True when it is ready. False
 * when it is gone and the instance has to be started as if nothing had waited: so a pool can make a start quicker, and never make it fail.
 * Killed anywhere before the row is `starting`, the container is removed by whoever starts the instance next.
 */
export async function startTaken(
  context: RuntimeContext,
  input: StartInput,
  taken: TakenInstance,
): Promise<boolean> {
  const { engine, warn } = context;
  const { warm } = taken;
  const start = new Start(context, input);
  try {
    const spec = await start.spec();
    await handOver(context, input, taken, spec);
    const startedAt = new Date();
    start.tookOver(taken, startedAt);
    const ready = await start.ready(warm.containerId, startedAt);
    await start.finish(warm.containerId, startedAt, ready);
    return true;
  } catch (error) {
    input.signal.throwIfAborted();
    const ended = error instanceof StartFailed && error.exitCode !== null;
    if (!ended && !(error instanceof EngineError)) throw error;
    warn(`An instance from the warm pool is replaced by one of its own: ${messageOf(error)}`, {
      instanceId: input.instance.id,
    });
    await context.logsWritten(warm.containerId);
    await engine.remove(warm.containerId);
    return false;
  } finally {
    warm.attachment.close();
  }
}

async function handOver(
  context: RuntimeContext,
  { app, instance, signal }: StartInput,
  { warm, file, files }: TakenInstance,
  spec: ContainerSpec,
): Promise<void> {
  const { engine, db, fence } = context;
  signal.throwIfAborted();
  // Its walls first: whoever may be in there from now on is a team's.
  await engine.join(warm.containerId, spec);
  const order: WarmOrder = { file, env: spec.env, files };
  await warm.attachment.write(Buffer.from(JSON.stringify(order)));
  warm.attachment.end();
  await engine.rename(warm.containerId, spec.name);
  await moveInstance(db, fence, {
    id: instance.id,
    to: 'starting',
    from: ['creating'],
    set: { containerId: warm.containerId, exitCode: null, nextStartAt: null },
  });
  context.onStarted(app, instance, warm.containerId);
}
