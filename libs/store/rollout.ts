import type { DeploymentFailure } from '#libs/contracts/deployment-error.js';
import { transaction, type Db, type Tx } from './db.js';
import { moveDeployment } from './deployments.js';
import { applyWaitingConfig } from './config-vars.js';
import { systemActor, type Actor } from './events.js';
import { fenced, type Fence } from './hosts.js';
import { lockApp } from './locks.js';
import { awake } from './sleep.js';
import { tell } from './split.js';

const runtime = systemActor('runtime');

/** A deployment whose release is given to the visitors step by step. */
export interface Trial {
  appId: string;
  deploymentId: string;
}

/**
 * Gives a release that is ready its first share of the visitors. False when its deployment is not under way any more, or what is
 * live has changed since `generation`.
 */
export function beginTrial(
  db: Db,
  fence: Fence,
  { appId, deploymentId, generation, percent }: Trial & { generation: number; percent: number },
): Promise<boolean> {
  return fenced(db, fence, async (tx) => {
    await lockApp(tx, appId);
    const deployment = await startingOne(tx, deploymentId);
    const app = await tx.app.findUnique({ where: { id: appId } });
    if (!deployment?.releaseId || app?.generation !== generation || app.deletedAt !== null) return false;
    const row = {
      ...{ generation, releaseId: deployment.releaseId, deploymentId, percent },
      ...{ sticky: false, passed: false, since: new Date(), createdById: deployment.createdById },
    };
    await tx.split.upsert({ where: { appId }, create: { appId, ...row }, update: row });
    await tx.app.update({ where: { id: appId }, data: awake() });
    await noteShare(tx, { appId, deploymentId }, percent, runtime);
    return true;
  });
}

/** Raises the share of a release on trial, from one to the next. False when it is not at `from` any more. */
export function advanceTrial(
  db: Db,
  fence: Fence,
  { appId, deploymentId, from, to }: Trial & { from: number; to: number },
): Promise<boolean> {
  return fenced(db, fence, async (tx) => {
    const { count } = await tx.split.updateMany({
      where: { appId, deploymentId, percent: from, passed: false },
      data: { percent: to, since: new Date() },
    });
    if (count === 1) await noteShare(tx, { appId, deploymentId }, to, runtime);
    return count === 1;
  });
}

/** The release on trial did well with every share: it may go live. */
export async function passTrial(db: Db, fence: Fence, { appId, deploymentId }: Trial): Promise<void> {
  await fenced(db, fence, (tx) =>
    tx.split.updateMany({ where: { appId, deploymentId }, data: { passed: true } }),
  );
}

/** Somebody has seen enough of a release on trial: it goes live. Its deployment's id; null when it is not on trial. */
export function passTrialOf(
  db: Db,
  { appId, releaseId, actor }: { appId: string; releaseId: string; actor: Actor },
): Promise<string | null> {
  return transaction(db, async (tx) => {
    const [split] = await tx.split.updateManyAndReturn({
      where: { appId, releaseId, deploymentId: { not: null } },
      data: { passed: true },
    });
    if (!split?.deploymentId || (await startingOne(tx, split.deploymentId)) === null) return null;
    await noteShare(tx, { appId, deploymentId: split.deploymentId }, 100, actor);
    return split.deploymentId;
  });
}

/** Ends a trial: its deployment fails with the reason, and all visitors get the live release. */
export function returnTrial(
  db: Db,
  fence: Fence,
  { appId, deploymentId, error }: Trial & { error: DeploymentFailure },
): Promise<boolean> {
  return fenced(db, fence, async (tx) => {
    const failed = await moveDeployment(tx, {
      id: deploymentId,
      to: 'failed',
      from: ['starting'],
      set: { error },
      actor: runtime,
    });
    if (!failed) return false;
    await tx.split.deleteMany({ where: { appId, deploymentId } });
    await applyWaitingConfig(tx, appId, runtime);
    return true;
  });
}

function startingOne(tx: Tx, id: string) {
  return tx.deployment.findFirst({ where: { id, status: 'starting' } });
}

async function noteShare(
  tx: Tx,
  { appId, deploymentId }: Trial,
  percent: number,
  actor: Actor,
): Promise<void> {
  const { teamId } = await tx.app.findUniqueOrThrow({ where: { id: appId }, select: { teamId: true } });
  const deployment = await tx.deployment.findUniqueOrThrow({
    where: { id: deploymentId },
    select: { number: true, release: { select: { number: true } } },
  });
  const release = deployment.release?.number ?? null;
  await tell(tx, { id: appId, teamId }, { release, percent, deployment: deployment.number }, actor);
}
