import { volumeNames, volumesOf } from '#libs/contracts/manifest.js';
import { unfinishedStatuses } from '#libs/core/deployment-status.js';
import { BerthError } from '#libs/core/errors.js';
import { transaction, type Db, type Tx } from './db.js';
import { emitEvent, type Actor } from './events.js';
import type { Volume } from './generated/client.js';
import { fenced, type Fence } from './hosts.js';
import { lockApp } from './locks.js';
import { manifestOf } from './releases.js';

export type { Volume };

/** Volumes that an app may have, with those that no release names any more. */
const MOST = 20;

/** Ids of an app's volumes by their names; rows are made where there are none. Throws `app_not_found`, `too_many_volumes`. */
export async function ensureVolumes(
  db: Db,
  fence: Fence,
  { appId, names }: { appId: string; names: string[] },
): Promise<Map<string, string>> {
  const find = (from: Db | Tx) => from.volume.findMany({ where: { appId, name: { in: names } } });
  let rows = await find(db);
  if (rows.length < names.length)
    rows = await fenced(db, fence, async (tx) => {
      // Who deletes the app gives up what is there then.
      await lockApp(tx, appId);
      if ((await tx.app.count({ where: { id: appId, deletedAt: null } })) === 0)
        throw new BerthError('app_not_found', 'There is no such app; it may have been deleted.');
      if ((await tx.volume.count({ where: { appId, name: { notIn: names } } })) + names.length > MOST)
        throw new BerthError(
          'too_many_volumes',
          `An app has at most ${MOST} volumes, used or not; remove one that is not used.`,
        );
      await tx.volume.createMany({
        data: names.map((name) => ({ appId, name, hostId: fence.hostId })),
        skipDuplicates: true,
      });
      return find(tx);
    });
  return new Map(rows.map(({ name, id }) => [name, id]));
}

/** Volumes of a host: those of its apps, to be measured, or those that nobody wants any more. */
export function volumesOn(db: Db, hostId: string, which: 'kept' | 'given-up'): Promise<Volume[]> {
  return db.volume.findMany({ where: { hostId, appId: which === 'kept' ? { not: null } : null } });
}

/** It is off its host. */
export async function forgetVolume(db: Db, fence: Fence, id: string): Promise<void> {
  await fenced(db, fence, (tx) => tx.volume.deleteMany({ where: { id, appId: null } }));
}

export async function noteVolumeSize(
  db: Db,
  fence: Fence,
  { id, bytes, at }: { id: string; bytes: number; at: Date },
): Promise<void> {
  await fenced(db, fence, (tx) =>
    tx.volume.updateMany({ where: { id }, data: { sizeBytes: bytes, measuredAt: at } }),
  );
}

/** A volume, and where the live release has it; null: that release does not name it. */
export type VolumeWithUse = Volume & { path: string | null };

/** All volumes of an app, by name. */
export async function volumesWithUse(db: Db | Tx, appId: string): Promise<VolumeWithUse[]> {
  const [rows, app] = await Promise.all([
    db.volume.findMany({ where: { appId }, orderBy: { name: 'asc' } }),
    db.app.findUniqueOrThrow({ where: { id: appId }, select: { liveReleaseId: true } }),
  ]);
  const live =
    app.liveReleaseId === null ? null : await db.release.findUnique({ where: { id: app.liveReleaseId } });
  const paths = volumesOf(live && manifestOf(live));
  return rows.map((row) => ({ ...row, path: paths[row.name] ?? null }));
}

/**
 * Gives up a volume that nothing uses, with all that is in it: the runtime takes it off its host. An older release that names it finds an empty one.
 * Throws `volume_not_found`, `volume_in_use`.
 */
export function giveUpVolume(
  db: Db,
  app: { id: string; teamId: string },
  name: string,
  actor: Actor,
): Promise<void> {
  return transaction(db, async (tx) => {
    await lockApp(tx, app.id);
    const volume = (await volumesWithUse(tx, app.id)).find((one) => one.name === name);
    if (volume === undefined)
      throw new BerthError('volume_not_found', `The app has no volume "${name}"; list its volumes.`);
    if (volume.path !== null)
      throw new BerthError(
        'volume_in_use',
        `The live release has the volume "${name}" at ${volume.path}. Take it out of [volumes] in berth.toml and deploy first.`,
      );
    if (await isNamed(tx, app.id, name))
      throw new BerthError(
        'volume_in_use',
        `Something of this app still runs with the volume "${name}". Wait until the deployment or command is over, and try again.`,
      );
    await tx.volume.update({ where: { id: volume.id }, data: { appId: null } });
    await emitEvent(tx, { teamId: app.teamId, appId: app.id, kind: 'volume.removed', data: { name }, actor });
  });
}

/**
 * Two instances, or two releases, are not to run beside each other where they would write the same files. Throws `volumes_not_shared` when one of these
 * releases has volumes.
 */
export async function refuseSharing(tx: Tx, releaseIds: (string | null)[]): Promise<void> {
  const ids = releaseIds.filter((id) => id !== null);
  const releases = await tx.release.findMany({
    where: { id: { in: ids } },
    select: { number: true, manifest: true },
  });
  for (const release of releases) {
    const names = volumeNames(manifestOf(release));
    if (names.length > 0)
      throw new BerthError(
        'volumes_not_shared',
        `v${release.number} keeps files in volumes (${names.join(', ')}): two would write the same files, so such an app has one instance of each process type, and one release at a time. Leave it at one, or keep what is shared elsewhere.`,
      );
  }
}

/** Does a release name it that something runs of, or is about to? */
async function isNamed(tx: Tx, appId: string, name: string): Promise<boolean> {
  const releases = await tx.release.findMany({
    where: {
      appId,
      OR: [
        { instances: { some: { status: { notIn: ['stopped', 'ended'] } } } },
        { deployments: { some: { status: { in: [...unfinishedStatuses] } } } },
      ],
    },
    select: { manifest: true },
  });
  return releases.some((release) => name in volumesOf(manifestOf(release)));
}
