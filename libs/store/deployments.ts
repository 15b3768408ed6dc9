import { BerthError } from '#libs/core/errors.js';
import { hasEnded, sourcesOf, type DeploymentStatus } from '#libs/core/deployment-status.js';
import type { DeploymentError } from '#libs/contracts/deployment-error.js';
import type { Deployment, Prisma } from './generated/client.js';
import { transaction, type Db, type Tx } from './db.js';
import { emitEvent, type Actor } from './events.js';
import { notify } from './notify.js';
import { buildRefusal } from './quota.js';
import { enqueue } from './outbox.js';
import { applyWaitingConfig } from './config-vars.js';

/** Who must hold the work for a write to count. Absent: anybody may. */
export interface Holder {
  worker: string;
  attempt: number;
}

/**
 * Moves a deployment along the status table by one conditional update; false when it is not (any more) in a status from
 * which `to` can be reached, or somebody else holds it. An end closes running steps and the build, and tells everybody.
 */
export async function moveDeployment(
  tx: Tx,
  move: {
    id: string;
    to: DeploymentStatus;
    actor: Actor;
    holder?: Holder;
    /** Narrows the statuses it may come from. */
    from?: DeploymentStatus[];
    set?: Prisma.DeploymentUncheckedUpdateManyInput;
  },
): Promise<Deployment | null> {
  const now = new Date();
  const ended = hasEnded(move.to);
  const from = sourcesOf(move.to).filter((status) => move.from?.includes(status) ?? true);
  const [moved] = await tx.deployment.updateManyAndReturn({
    where: {
      id: move.id,
      status: { in: from },
      ...(move.holder && { worker: move.holder.worker, attempt: move.holder.attempt }),
    },
    data: { ...move.set, status: move.to, ...(ended && { endedAt: now, leaseUntil: null }) },
  });
  if (!moved) return null;
  if (ended) await closeOpenWork(tx, moved.id, move.to, now);
  const app = await tx.app.findUniqueOrThrow({ where: { id: moved.appId }, select: { teamId: true } });
  await enqueue(tx, 'look', { appId: moved.appId });
  await notify(tx, { t: 'deployment', deployment: moved.id, app: moved.appId, status: moved.status });
  await emitEvent(tx, {
    teamId: app.teamId,
    appId: moved.appId,
    kind: 'deployment.status',
    data: { deploymentId: moved.id, number: moved.number, status: moved.status },
    actor: move.actor,
  });
  return moved;
}

/** Steps and builds of an ended deployment do not stay open. */
async function closeOpenWork(tx: Tx, deploymentId: string, end: DeploymentStatus, now: Date): Promise<void> {
  await tx.step.updateMany({
    where: { deploymentId, outcome: 'running' },
    data: { outcome: end === 'failed' ? 'failed' : end === 'live' ? 'done' : 'skipped', endedAt: now },
  });
  await tx.build.updateMany({
    where: { deploymentId, status: 'running' },
    data: { status: end === 'failed' ? 'failed' : 'cancelled', endedAt: now },
  });
}

/** Ends a deployment as failed, with its reason. False when it had ended, or another worker holds it. */
export async function failDeployment(
  db: Db,
  fail: { id: string; error: DeploymentError; actor: Actor; holder?: Holder; from?: DeploymentStatus[] },
): Promise<boolean> {
  return transaction(db, async (tx) => {
    const { error, ...move } = fail;
    const failed = await moveDeployment(tx, { ...move, to: 'failed', set: { error } });
    if (failed) await applyWaitingConfig(tx, failed.appId, fail.actor);
    return failed !== null;
  });
}

/**
 * Cancels a deployment that is not live yet. The holder learns of it by the notice (or at its next heartbeat) and stops the
 * real work. Throws `deployment_ended` or `deployment_not_cancellable`.
 */
export async function cancelDeployment(db: Db, id: string, actor: Actor): Promise<Deployment> {
  return transaction(db, async (tx) => {
    const cancelled = await moveDeployment(tx, { id, to: 'cancelled', actor });
    if (!cancelled) {
      const { status } = await tx.deployment.findUniqueOrThrow({ where: { id }, select: { status: true } });
      throw hasEnded(status as DeploymentStatus)
        ? new BerthError('deployment_ended', `The deployment has already ended: it is ${status}.`)
        : new BerthError(
            'deployment_not_cancellable',
            'The new release is live already and only its routes are being told; roll back instead.',
          );
    }
    await applyWaitingConfig(tx, cancelled.appId, actor);
    return cancelled;
  });
}

/**
 * Claims a queued deployment, or one whose builder died, for building. Null when it has ended, is built, or is held.
 * The claim lasts `leaseMs` unless `renewLease` is called; `attempt` fences off the worker that held it before.
 */
export async function claimBuild(
  db: Db,
  claim: { id: string; worker: string; leaseMs: number; actor: Actor },
): Promise<Deployment | null> {
  return transaction(db, async (tx) => {
    if ((await buildRefusal(tx, claim.id)) !== null) return null;
    const now = new Date();
    const [claimed] = await tx.deployment.updateManyAndReturn({
      where: {
        id: claim.id,
        status: { in: ['queued', 'building'] },
        OR: [{ leaseUntil: null }, { leaseUntil: { lt: now } }],
      },
      data: {
        status: 'building',
        worker: claim.worker,
        leaseUntil: new Date(now.getTime() + claim.leaseMs),
        attempt: { increment: 1 },
      },
    });
    if (!claimed) return null;
    if (claimed.startedAt === null)
      await tx.deployment.update({ where: { id: claimed.id }, data: { startedAt: now } });
    await tx.step.updateMany({
      where: { deploymentId: claimed.id, outcome: 'running', attempt: { lt: claimed.attempt } },
      data: {
        outcome: 'failed',
        endedAt: now,
        detail: { reason: 'The worker was lost; the work began anew.' },
      },
    });
    await notify(tx, { t: 'deployment', deployment: claimed.id, app: claimed.appId, status: 'building' });
    return claimed;
  });
}

/** Keeps a claim. False: the deployment was cancelled, superseded or claimed by another; stop the work. */
export async function renewLease(db: Db, id: string, holder: Holder, leaseMs: number): Promise<boolean> {
  const { count } = await db.deployment.updateMany({
    where: { id, status: 'building', worker: holder.worker, attempt: holder.attempt },
    data: { leaseUntil: new Date(Date.now() + leaseMs) },
  });
  return count === 1;
}

/** Gives a claim back unharmed (shutdown): another worker may take it at once. */
export async function releaseLease(db: Db, id: string, holder: Holder): Promise<void> {
  await transaction(db, async (tx) => {
    const { count } = await tx.deployment.updateMany({
      where: { id, status: 'building', worker: holder.worker, attempt: holder.attempt },
      data: { leaseUntil: null },
    });
    if (count === 1) await enqueue(tx, 'build', { deploymentId: id });
  });
}
