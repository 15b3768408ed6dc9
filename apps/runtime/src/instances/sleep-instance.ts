import { steadyNow } from '#libs/core/steady-clock.js';
import { moveInstance } from '#libs/store/instances.js';
import { callSleepHook } from '../sleep/sleep-hook.js';
import type { RuntimeContext } from '../runtime-context.js';
import type { InstanceRow } from './start-instance.js';

/** Idle connections of the edge end within 4 s; one that is still there after this is in use. */
const quietMs = 6_000;
const askEveryMs = 100;

/** What an instance is to be called by, and as which host. */
export interface SleepHook {
  path: string;
  host: string;
}

interface SleepInput {
  appId: string;
  instance: InstanceRow;
  containerId: string;
  signal: AbortSignal;
  /** To be called before it is frozen, or once it goes on; null: nothing. */
  hook: SleepHook | null;
}

/**
 * Freezes an instance of an app that sleeps, unless somebody uses it: then the app is woken instead. Nothing new comes
 * in any more (the edge holds requests and has said so), so what is seen is all there is.
 */
export async function freezeInstance(context: RuntimeContext, input: SleepInput): Promise<void> {
  const { engine, db, fence, sleepers } = context;
  const { appId, instance, containerId, signal } = input;
  if (!(await isLeftAlone(context, input))) {
    if (!signal.aborted) await sleepers.wake(appId);
    return;
  }
  // The hook's own connection has ended when it is over.
  if (input.hook !== null) {
    await callHook(instance, input.hook);
    if (!(await isLeftAlone(context, input))) {
      if (!signal.aborted) await sleepers.wake(appId);
      return;
    }
  }
  if (!(await engine.freeze(containerId))) return;
  // A visitor who came in this moment has thawed it before it was frozen.
  if (signal.aborted || !sleepers.mayFreeze(appId)) {
    await engine.thaw(containerId);
    return;
  }
  // Whoever goes by its address (a team-mate) asks nobody: one who connected in this moment would hang.
  if ((await openTo(engine, containerId, instance.port)) !== 0) {
    await engine.thaw(containerId);
    await sleepers.wake(appId);
    return;
  }
  await moveInstance(db, fence, { id: instance.id, to: 'frozen' });
}

/** Lets a frozen instance go on. It has answered before: nothing is checked again. */
export async function thawInstance(context: RuntimeContext, input: SleepInput): Promise<void> {
  const { engine, db, fence } = context;
  const { instance, containerId, hook } = input;
  await engine.thaw(containerId);
  const moved = await moveInstance(db, fence, { id: instance.id, to: 'ready', from: ['frozen'] });
  // Where a visitor woke it, it has been told already, and counts as ready.
  if (moved !== null && hook !== null) void callHook(instance, hook);
}

async function callHook({ address, port }: InstanceRow, hook: SleepHook): Promise<void> {
  if (address !== null && port !== null) await callSleepHook({ address, port, ...hook });
}

/** True once nothing is in flight and no connection is open, whoever's it is. What cannot be known counts as in use. */
async function isLeftAlone(
  { routes, engine, sleepers, terminals }: RuntimeContext,
  { appId, instance, containerId, signal }: SleepInput,
): Promise<boolean> {
  const deadline = steadyNow() + quietMs;
  while (steadyNow() < deadline && !signal.aborted && sleepers.mayFreeze(appId)) {
    const [stats, open] = await Promise.all([routes.stats(), openTo(engine, containerId, instance.port)]);
    const inFlight = stats.instances[instance.id]?.inFlight ?? 0;
    const used = inFlight + (open ?? 1) + terminals.countIn(instance.id) > 0;
    if (!used && !sleepers.mayBeStoodInFor(appId)) return true;
    await new Promise((resolve) => setTimeout(resolve, askEveryMs));
  }
  return false;
}

/** Connections to an instance's port, whoever's they are; null where that cannot be known. */
async function openTo(
  engine: Pick<RuntimeContext['engine'], 'sockets'>,
  containerId: string,
  port: number | null,
): Promise<number | null> {
  const sockets = await engine.sockets(containerId);
  return sockets?.established.filter((socket) => socket.localPort === port).length ?? null;
}
