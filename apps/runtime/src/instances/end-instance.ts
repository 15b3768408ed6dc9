import { volumeNames } from '#libs/contracts/manifest.js';
import { steadyNow } from '#libs/core/steady-clock.js';
import { gatewayIn } from '#libs/core/subnet.js';
import { moveInstance } from '#libs/store/instances.js';
import type { AppState } from '#libs/store/app-states.js';
import type { RuntimeContext } from '../runtime-context.js';
import type { InstanceRow } from './start-instance.js';

/** Longest wait for requests in flight; then SIGTERM comes anyway, with its own grace period. */
const drainMs = 30_000;
/** The same where visitors wait for the instance to be gone, half a minute at most: it has a volume that the next one needs. */
const handOverMs = 10_000;
const askEveryMs = 100;

export interface EndInput {
  app: AppState['app'];
  instance: InstanceRow;
  /** null: there is no container (any more). */
  containerId: string | null;
  frozen: boolean;
  signal: AbortSignal;
}

/**
 * Ends an instance that no route names any more: wait for what is in flight, SIGTERM, grace period, remove, give the
 * address back. The order is the promise: the address is free only once nothing can lead to it.
 */
export async function endInstance(context: RuntimeContext, input: EndInput): Promise<void> {
  const { engine, db, fence } = context;
  const { instance, containerId } = input;
  if (containerId !== null) {
    // A frozen one was drained before it was frozen.
    if (!input.frozen) await drained(context, input, containerId);
    await context.terminals.endIn(instance.id);
    await engine.stop(containerId, instance.release.graceSeconds);
    await context.logsWritten(containerId);
    await engine.remove(containerId);
  }
  await moveInstance(db, fence, { id: instance.id, to: 'stopped', set: { stoppedAt: new Date() } });
}

/** Waits for what is in flight and freezes the instance: it keeps its address and may be taken back by a rollback. */
export async function restInstance(
  context: RuntimeContext,
  input: EndInput & { containerId: string },
): Promise<void> {
  await drained(context, input, input.containerId);
  // A frozen command can neither go on nor be ended.
  await context.terminals.endIn(input.instance.id);
  if (!input.signal.aborted) await context.engine.freeze(input.containerId);
}

/** Nothing in flight at the activator, no connection of the edge left. Bounded; an engine that is away ends the wait. */
async function drained(
  context: RuntimeContext,
  { app, instance, signal }: EndInput,
  containerId: string,
): Promise<void> {
  if (instance.readyAt === null || instance.port === null) return;
  const gateway = gatewayIn((await context.networks.ensure(app.teamId)).subnet);
  const isWaitedFor = volumeNames(instance.release.manifest).length > 0;
  const deadline = steadyNow() + (isWaitedFor ? handOverMs : drainMs);
  while (steadyNow() < deadline && !signal.aborted) {
    const [inFlight, sockets] = await Promise.all([
      context.routes.inFlight(instance.id),
      context.engine.sockets(containerId),
    ]);
    // The edge runs on the host, so its connections come from the bridge's address; team-mates' do not count.
    const open = sockets?.established.filter(
      (socket) => socket.localPort === instance.port && socket.remoteAddress === gateway,
    );
    if (inFlight === 0 && (open?.length ?? 0) === 0) return;
    await new Promise((resolve) => setTimeout(resolve, askEveryMs));
  }
}
