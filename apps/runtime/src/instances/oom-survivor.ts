import { noteInstance, tellOfInstance } from '#libs/store/instances.js';
import type { RuntimeContext } from '../runtime-context.js';

/** A main process that dies with the one that was killed is gone by then, and its end is told as such. */
const settleMs = 1_000;

/**
 * The kernel ended a process of a container for its use of memory. Where the app goes on (a worker of several), its owner would
 * otherwise see nothing of it.
 */
export async function noteSurvivedOom(
  { engine, db, fence }: Pick<RuntimeContext, 'engine' | 'db' | 'fence'>,
  { instanceId, containerId }: { instanceId: string; containerId: string },
): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  if ((await engine.inspect(containerId))?.state !== 'running') return;
  const reason = 'A process of it used more memory than the instance may, and was ended; the others go on.';
  await noteInstance(db, fence, instanceId, { reason });
  await tellOfInstance(db, fence, { instanceId, kind: 'instance.out_of_memory', data: { reason } });
}
