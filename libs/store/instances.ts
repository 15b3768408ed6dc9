import type { EventKind } from '#libs/contracts/events.js';
import { instanceSourcesOf, type InstanceStatus } from '#libs/core/instance-status.js';
import type { Instance, Prisma } from './generated/client.js';
import type { Db, Tx } from './db.js';
import { emitEvent, systemActor } from './events.js';
import { fenced, fencedSoon, type Fence } from './hosts.js';
import { leaseAddress, releaseAddress } from './networks.js';

/** Rows of gone instances are kept so long, as history. */
const keepStoppedMs = 7 * 24 * 3600_000;

/**
 * Writes a new instance with an address of its own: from here on a container may exist for it. One whose row is lost with the machine's power has lost its
 * container too, or is found as one without a row.
 */
export function addInstance(
  db: Db,
  fence: Fence,
  wanted: {
    appId: string;
    releaseId: string;
    deploymentId: string;
    process: string;
    port: number | null;
    networkId: string;
    /** A container that waited for it has this id already. */
    id?: string;
    containerId?: string;
  },
): Promise<Instance> {
  const { networkId, ...row } = wanted;
  return fencedSoon(db, fence, async (tx) => {
    const created = await tx.instance.create({ data: { ...row, hostId: fence.hostId, status: 'creating' } });
    const address = await leaseAddress(tx, { networkId, instanceId: created.id });
    return tx.instance.update({ where: { id: created.id }, data: { address } });
  });
}

/** A step of an instance along its status table. */
export interface InstanceMove {
  id: string;
  to: InstanceStatus;
  from?: InstanceStatus[];
  set?: Prisma.InstanceUncheckedUpdateManyInput;
  /** The engine knows it too: nobody waits for the disk (`fencedSoon`). */
  soon?: true;
}

/**
 * Moves an instance along its status table; null when it is not (any more) in a status from which `to` can be reached.
 * Reaching `stopped` gives the address back: see `releaseAddress` for when that is right.
 */
export function moveInstance(db: Db, fence: Fence, move: InstanceMove): Promise<Instance | null> {
  return (move.soon ? fencedSoon : fenced)(db, fence, (tx) => moveWithin(tx, move));
}

/** The same in a transaction that holds the epoch. */
export async function moveWithin(tx: Tx, move: InstanceMove): Promise<Instance | null> {
  const from = instanceSourcesOf(move.to).filter((status) => move.from?.includes(status) ?? true);
  const [moved] = await tx.instance.updateManyAndReturn({
    where: { id: move.id, status: { in: from } },
    data: { ...move.set, status: move.to },
  });
  if (!moved) return null;
  if (move.to === 'stopped') await releaseAddress(tx, moved.id);
  // An attempt of a job is told of by its job: a schedule makes thousands of them.
  if (moved.kind !== 'job') await tell(tx, moved);
  return moved;
}

/** Counts a ready instance for another deployment of its release; null when it is not ready any more. */
export function adoptInstance(
  db: Db,
  fence: Fence,
  { id, deploymentId }: { id: string; deploymentId: string },
): Promise<Instance | null> {
  return fenced(db, fence, async (tx) => {
    const [adopted] = await tx.instance.updateManyAndReturn({
      where: { id, status: 'ready' },
      data: { deploymentId },
    });
    return adopted ?? null;
  });
}

/** Facts about an instance that are no change of status: its container, why it failed. */
export async function noteInstance(
  db: Db,
  fence: Fence,
  id: string,
  set: Pick<Prisma.InstanceUncheckedUpdateInput, 'containerId' | 'reason' | 'exitCode' | 'startedAt'>,
): Promise<void> {
  await fenced(db, fence, (tx) => tx.instance.updateMany({ where: { id }, data: set }));
}

async function tell(tx: Tx, instance: Instance): Promise<void> {
  const app = await tx.app.findUniqueOrThrow({ where: { id: instance.appId }, select: { teamId: true } });
  await emitEvent(tx, {
    teamId: app.teamId,
    appId: instance.appId,
    kind: 'instance.status',
    data: {
      instanceId: instance.id,
      process: instance.process,
      status: instance.status,
      reason: instance.reason,
      exitCode: instance.exitCode,
      restarts: instance.restarts,
    },
    actor: systemActor('runtime'),
  });
}

/** Something happened to an instance that is no change of its status. */
export async function tellOfInstance(
  db: Db,
  fence: Fence,
  told: { instanceId: string; kind: EventKind; data: Prisma.InputJsonObject },
): Promise<void> {
  await fenced(db, fence, async (tx) => {
    const instance = await tx.instance.findUnique({
      where: { id: told.instanceId },
      select: { appId: true, process: true, app: { select: { teamId: true } } },
    });
    if (instance === null) return;
    await emitEvent(tx, {
      teamId: instance.app.teamId,
      appId: instance.appId,
      kind: told.kind,
      data: { instanceId: told.instanceId, process: instance.process, ...told.data },
      actor: systemActor('runtime'),
    });
  });
}

/** Ids of all instances of this host that are not history. */
export async function presentInstanceIds(db: Db, hostId: string): Promise<Set<string>> {
  const rows = await db.instance.findMany({
    where: { hostId, status: { not: 'stopped' } },
    select: { id: true },
  });
  return new Set(rows.map((row) => row.id));
}

/** An instance of this host in which something may run, once it is awake; null when there is none of this id in the app. */
export async function runningInstance(
  db: Db,
  hostId: string,
  { appId, id }: { appId: string; id: string },
): Promise<{ id: string; containerId: string; frozen: boolean } | null> {
  const row = await db.instance.findFirst({
    where: { id, appId, hostId, status: { in: ['starting', 'ready', 'frozen'] }, containerId: { not: null } },
    select: { id: true, containerId: true, status: true },
  });
  if (!row?.containerId) return null;
  return { id: row.id, containerId: row.containerId, frozen: row.status === 'frozen' };
}

/** An instance with its release and its app's name; null when there is none. */
export function instanceWithRelease(db: Db, id: string) {
  return db.instance.findUnique({
    where: { id },
    include: { release: true, app: { select: { name: true } } },
  });
}

/** These instances of this host, with what their logs are labelled by. A one-off's output is for who is at its terminal. */
export function instancesById(db: Db, hostId: string, ids: string[]) {
  return db.instance.findMany({
    where: { hostId, id: { in: ids }, kind: { in: ['app', 'job', 'run'] } },
    select: { id: true, appId: true, process: true, oneOff: true, release: { select: { number: true } } },
  });
}

/** Deletes rows of instances that stopped long ago. */
export async function pruneInstances(db: Db, fence: Fence, now: Date): Promise<void> {
  await fenced(db, fence, (tx) =>
    tx.instance.deleteMany({
      where: {
        hostId: fence.hostId,
        status: 'stopped',
        stoppedAt: { lt: new Date(now.getTime() - keepStoppedMs) },
      },
    }),
  );
}
