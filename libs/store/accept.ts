import { isDeepStrictEqual } from 'node:util';
import type { DeploymentTrigger } from '#libs/contracts/api/deployments.js';
import { BerthError } from '#libs/core/errors.js';
import { sourcesOf } from '#libs/core/deployment-status.js';
import { refuseAddOn } from './app-kind.js';
import type { Db, Tx } from './db.js';
import type { Deployment, Source } from './generated/client.js';
import { emitEvent, type Actor } from './events.js';
import { enqueue } from './outbox.js';
import { notify } from './notify.js';
import { assertDiskLeft, growing, runningKeys } from './quota.js';
import { addOnsOf, attachedIn, createCopyWithAddOns } from './releases.js';
import { sealerInForce } from './sealer-in-force.js';
import { transaction } from './db.js';

/** What a door hands over. `id` may be chosen before, so that files can be stored under it first. */
export interface NewSource {
  id?: string;
  kind: 'git' | 'upload' | 'image' | 'instance' | 'addon';
  commit?: string;
  ref?: string;
  message?: string;
  author?: string;
  format?: 'tar.gz' | 'zip' | 'tar';
  sha256?: string;
  sizeBytes?: bigint;
  image?: string;
  instanceId?: string;
}

export type NewDeployment = { appId: string; trigger: DeploymentTrigger; actor: Actor; receivedAt?: Date } & (
  { source: NewSource } | { sourceId: string } | { releaseId: string }
);

/**
 * Accepts a deployment: from here on it reaches exactly one end. In one transaction: number, source, supersede the app's
 * earlier unfinished deployments (newest wins), row, first step, event, job.
 *
 * With a source it starts `queued` and is built; with a release it starts `starting`. Throws `app_not_found`, `quota_exceeded`.
 */
export function acceptDeployment(
  db: Db,
  wanted: NewDeployment,
): Promise<{ deployment: Deployment; source: Source | null }> {
  return transaction(db, (tx) => acceptWithin(tx, wanted));
}

/** The same inside a transaction that has more to write. */
export async function acceptWithin(
  tx: Tx,
  wanted: NewDeployment,
): Promise<{ deployment: Deployment; source: Source | null }> {
  const app = await takeNumber(tx, wanted.appId);
  if ('source' in wanted && wanted.source.kind !== 'addon') refuseAddOn(app, 'runs what Berth makes it of');
  if (!('releaseId' in wanted)) await assertDiskLeft(tx, app.teamId);
  return growing(tx, app.teamId, runningKeys, () => write(tx, app, wanted));
}

async function write(
  tx: Tx,
  app: { id: string; teamId: string; number: number },
  wanted: NewDeployment,
): Promise<{ deployment: Deployment; source: Source | null }> {
  const source =
    'source' in wanted ? await tx.source.create({ data: { ...wanted.source, appId: app.id } }) : null;
  const sourceId = source?.id ?? ('sourceId' in wanted ? wanted.sourceId : null);
  const releaseId = 'releaseId' in wanted ? await deployable(tx, wanted.releaseId, wanted.actor) : null;
  const now = new Date();

  await supersedeEarlier(tx, app, now, wanted.actor);
  const deployment = await tx.deployment.create({
    data: {
      appId: app.id,
      number: app.number,
      status: releaseId === null ? 'queued' : 'starting',
      trigger: wanted.trigger,
      sourceId,
      releaseId,
      createdById: wanted.actor.id,
      startedAt: releaseId === null ? null : now,
      steps: {
        create: {
          name: 'receive',
          attempt: 0,
          position: 0,
          startedAt: wanted.receivedAt ?? now,
          endedAt: now,
          outcome: 'done',
          detail: { trigger: wanted.trigger, actor: wanted.actor.name },
        },
      },
    },
  });
  if (releaseId === null) await enqueue(tx, 'build', { deploymentId: deployment.id });
  await enqueue(tx, 'look', { appId: app.id });
  await notify(tx, { t: 'deployment', deployment: deployment.id, app: app.id, status: deployment.status });
  await emitEvent(tx, {
    teamId: app.teamId,
    appId: app.id,
    kind: 'deployment.created',
    data: { deploymentId: deployment.id, number: deployment.number, trigger: wanted.trigger },
    actor: wanted.actor,
  });
  return { deployment, source };
}

/**
 * The release to deploy where this one is asked for: it, or, where other add-ons were attached when it was made, a copy with those of
 * now. A release whose image was taken away to save disk is history. Ask under the app's lock, which its mark needs too.
 */
async function deployable(tx: Tx, releaseId: string, actor: Actor): Promise<string> {
  const release = await tx.release.findUniqueOrThrow({ where: { id: releaseId } });
  if (release.collectedAt !== null)
    throw new BerthError(
      'release_collected',
      `The image of v${release.number} was removed to save disk. Deploy its source again, and raise the number of releases to keep (berth set --keep-releases) if you need more ways back.`,
    );
  const attached = await tx.configVar.findMany({ where: { appId: release.appId, addOnId: { not: null } } });
  if (isDeepStrictEqual(addOnsOf(release), attachedIn(attached))) return releaseId;
  const description = `v${release.number} with the add-ons of now`;
  return (await createCopyWithAddOns(tx, sealerInForce(), { of: release, description, actor })).id;
}

/** Takes the app's next deployment number; the row lock makes accepting one app's deployments a queue. */
async function takeNumber(tx: Tx, appId: string) {
  const [app] = await tx.app.updateManyAndReturn({
    where: { id: appId, deletedAt: null },
    data: { nextDeployment: { increment: 1 } },
    select: { id: true, teamId: true, name: true, kind: true, nextDeployment: true },
  });
  if (!app) throw new BerthError('app_not_found', 'There is no such app; it may have been deleted.');
  return { ...app, number: app.nextDeployment - 1 };
}

/** Newest wins: what has not ended and is not yet live gives way. A deployment that is `routing` is left to end. */
async function supersedeEarlier(
  tx: Tx,
  app: { id: string; teamId: string; number: number },
  now: Date,
  actor: Actor,
): Promise<void> {
  const superseded = await tx.deployment.updateManyAndReturn({
    where: { appId: app.id, number: { lt: app.number }, status: { in: sourcesOf('superseded') } },
    data: { status: 'superseded', supersededBy: app.number, endedAt: now, leaseUntil: null },
    select: { id: true, number: true },
  });
  for (const { id, number } of superseded) {
    await tx.step.updateMany({
      where: { deploymentId: id, outcome: 'running' },
      data: { outcome: 'skipped', endedAt: now },
    });
    await tx.build.updateMany({
      where: { deploymentId: id, status: 'running' },
      data: { status: 'cancelled', endedAt: now },
    });
    await notify(tx, { t: 'deployment', deployment: id, app: app.id, status: 'superseded' });
    await emitEvent(tx, {
      teamId: app.teamId,
      appId: app.id,
      kind: 'deployment.status',
      data: { deploymentId: id, number, status: 'superseded', supersededBy: app.number },
      actor,
    });
  }
}
