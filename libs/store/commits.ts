import { buildPlan, type BuildPlan } from '#libs/contracts/build-plan.js';
import type { Manifest } from '#libs/contracts/manifest.js';
import { BerthError } from '#libs/core/errors.js';
import { oneOff } from '#libs/core/one-off.js';
import { acceptWithin } from './accept.js';
import { transaction, type Db } from './db.js';
import { emitEvent, type Actor } from './events.js';
import type { Deployment } from './generated/client.js';
import { manifestOf } from './releases.js';

/** Those that have a container with what they wrote. */
const COMMITTABLE = ['starting', 'ready', 'frozen', 'crashed', 'draining', 'ended'];

/** An instance whose changes become a layer, and what the new release takes over from the one that it was started from. */
export interface InstanceToCommit {
  id: string;
  process: string;
  containerId: string;
  /** It stands still already. */
  frozen: boolean;
  release: {
    number: number;
    image: string;
    processes: Record<string, string[]>;
    port: number;
    manifest: Manifest | null;
  };
  /** How the image below was built; null for one that Berth did not build, and for a one-off of another image. */
  plan: BuildPlan | null;
}

/**
 * Accepts the commit of an instance as a deployment: its container's changes become a layer on top of its image, and that a release. Throws
 * `instance_not_found`, `instance_not_committable`.
 */
export async function commitInstance(
  db: Db,
  wanted: { appId: string; teamId: string; instanceId: string; comment: string | null; actor: Actor },
): Promise<Deployment> {
  const { appId, teamId, instanceId, comment, actor } = wanted;
  const instance = await instanceToCommit(db, appId, instanceId);
  return transaction(db, async (tx) => {
    const { deployment } = await acceptWithin(tx, {
      appId,
      trigger: 'commit',
      actor,
      source: {
        kind: 'instance',
        instanceId,
        message:
          comment ??
          `Commit of ${instance.process} ${instanceId.slice(-8)}, started from v${instance.release.number}`,
      },
    });
    await emitEvent(tx, {
      teamId,
      appId,
      kind: 'instance.committed',
      data: { instanceId, process: instance.process, deploymentId: deployment.id, number: deployment.number },
      actor,
    });
    return deployment;
  });
}

/** Throws `instance_not_found`, `instance_not_committable`. */
export async function instanceToCommit(db: Db, appId: string, id: string): Promise<InstanceToCommit> {
  const row = await db.instance.findFirst({
    where: { id, appId },
    include: { release: { include: { build: { select: { plan: true } } } } },
  });
  if (row === null)
    throw new BerthError(
      'instance_not_found',
      'The app has no such instance; list its instances to see their ids.',
    );
  if (row.containerId === null || !COMMITTABLE.includes(row.status))
    throw new BerthError(
      'instance_not_committable',
      `The instance is ${row.status}: there is no container of it with anything to commit. Choose one that runs, sleeps or has ended.`,
    );
  const plan = buildPlan.safeParse(row.release.build?.plan);
  const isOwnImage = row.kind === 'app' || oneOff.safeParse(row.oneOff).data?.image === null;
  return {
    id,
    process: row.process,
    containerId: row.containerId,
    frozen: row.status === 'frozen',
    release: {
      number: row.release.number,
      image: row.release.image,
      processes: row.release.processes as Record<string, string[]>,
      port: row.release.port,
      manifest: manifestOf(row.release),
    },
    plan: isOwnImage && plan.success ? plan.data : null,
  };
}
