import { afterCrash } from '#libs/core/backoff.js';
import { hintInLines } from '#libs/core/start-diagnosis.js';
import { failDeployment } from '#libs/store/deployments.js';
import { systemActor } from '#libs/store/events.js';
import { holdEpoch } from '#libs/store/hosts.js';
import { moveInstance, noteInstance } from '#libs/store/instances.js';
import type { AppState } from '#libs/store/app-states.js';
import { label, type ContainerEngine } from '#libs/engine/port.js';
import type { RuntimeContext } from '../runtime-context.js';
import type { InstanceRow } from './start-instance.js';
import type { StartFailed } from './start-failed.js';

/** So many of the container's last lines go into the deployment's error. */
const lastLines = 20;

/**
 * A start that failed for good. Of a new deployment: the deployment fails with cause and last lines, the old release goes
 * on, and the next look takes the container away. Of the live release: it waits for its next start.
 */
export async function failStart(
  context: RuntimeContext,
  where: { app: AppState['app']; instance: InstanceRow; deploymentId: string | null },
  failure: StartFailed,
): Promise<void> {
  const { db, fence, engine } = context;
  const { instance, deploymentId } = where;
  if (deploymentId === null) {
    await noteCrash(context, instance, { reason: failure.message, exitCode: failure.exitCode });
    return;
  }
  const lines = await lastLinesOf(engine, instance.id);
  const hint = failure.reason.code === 'exited' ? hintInLines(lines) : null;
  await context.timeline.flush();
  await holdEpoch(db, fence);
  await failDeployment(db, {
    id: deploymentId,
    error: { ...failure.reason, ...(hint !== null && { hint }), lines },
    actor: systemActor('runtime'),
    from: ['starting'],
  });
  await noteInstance(db, fence, instance.id, { reason: failure.message, exitCode: failure.exitCode });
}

/** An instance of the live release ended: it is started again after a pause that grows with each crash in a row. */
export async function noteCrash(
  context: RuntimeContext,
  instance: InstanceRow,
  what: { reason: string; exitCode: number | null },
): Promise<void> {
  const stoppedAt = new Date();
  const { restarts, nextStartAt } = afterCrash(
    { restarts: instance.restarts, readyAt: instance.readyAt?.getTime() ?? null },
    stoppedAt.getTime(),
  );
  await moveInstance(context.db, context.fence, {
    id: instance.id,
    to: 'crashed',
    set: { ...what, restarts, nextStartAt: new Date(nextStartAt), stoppedAt },
  });
}

async function lastLinesOf(engine: ContainerEngine, instanceId: string): Promise<string[]> {
  // Not by the app: the container may have waited for it.
  const views = await engine.list().catch(() => []);
  const view = views.find((one) => one.labels[label.instance] === instanceId);
  if (view === undefined) return [];
  const lines: string[] = [];
  try {
    for await (const line of engine.logs(view.id, { follow: false, tail: lastLines })) lines.push(line.text);
  } catch {
    // The cause is worth more than its lines.
  }
  return lines;
}
