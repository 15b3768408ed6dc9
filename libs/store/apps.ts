import type { AddOnKind } from '#libs/core/add-on.js';
import { BerthError } from '#libs/core/errors.js';
import { unfinishedStatuses } from '#libs/core/deployment-status.js';
import type { App } from './generated/client.js';
import { transaction, type Db, type Tx } from './db.js';
import { moveDeployment } from './deployments.js';
import { emitEvent, type Actor } from './events.js';
import { lockApp } from './locks.js';
import { enqueue } from './outbox.js';
import { growing } from './quota.js';
import { isUniqueViolation } from './users.js';

export type { App };

/** The living app of this name, with its team; null when there is none. */
export function appByName(db: Db | Tx, name: string) {
  return db.app.findFirst({
    where: { name, deletedAt: null, team: { deletedAt: null } },
    include: { team: true },
  });
}
export type AppWithTeam = NonNullable<Awaited<ReturnType<typeof appByName>>>;

/** Digest (`sha256:…`) of the live release's image; null when nothing is live. */
export async function liveDigestOf(db: Db, { liveReleaseId }: App): Promise<string | null> {
  if (liveReleaseId === null) return null;
  const release = await db.release.findUniqueOrThrow({ where: { id: liveReleaseId } });
  return release.image.split('@')[1] ?? null;
}

/**
 * Creates an app without a release; `more` is written with it. Throws `app_taken`, `team_not_found`, `quota_exceeded`, and what `more`
 * throws.
 */
export async function createApp(
  db: Db,
  app: { name: string; teamId: string; kind?: AddOnKind; graceSeconds?: number },
  actor: Actor,
  more?: (tx: Tx, app: App) => Promise<void>,
): Promise<App> {
  try {
    return await transaction(db, async (tx) => {
      const [team] = await tx.$queryRaw<{ deletedAt: Date | null }[]>`
        SELECT "deletedAt" FROM "Team" WHERE id = ${app.teamId}::uuid FOR NO KEY UPDATE`;
      if (!team || team.deletedAt !== null)
        throw new BerthError('team_not_found', 'There is no such team; it may have been deleted.');
      const row = await growing(tx, app.teamId, ['apps'], () => tx.app.create({ data: app }));
      await enqueue(tx, 'look', { appId: row.id });
      await emitEvent(tx, {
        teamId: row.teamId,
        appId: row.id,
        kind: 'app.created',
        data: { name: row.name, ...(app.kind !== undefined && { addOn: app.kind }) },
        actor,
      });
      await more?.(tx, row);
      return row;
    });
  } catch (error) {
    if (isUniqueViolation(error))
      throw new BerthError('app_taken', `The name "${app.name}" is taken on this platform; choose another.`, {
        cause: error,
      });
    throw error;
  }
}

/**
 * Deletes an app: its name and domains are free at once, its config is gone, unfinished deployments end as
 * cancelled, and the runtime takes down what runs. A deployment that is `routing` is left to the runtime, which ends it.
 * Deleting what is deleted is no error. Throws `addon_attached` for an add-on that an app uses.
 */
export async function deleteApp(
  db: Db,
  id: string,
  actor: Actor,
  isStillOver: (app: App) => boolean = () => true,
): Promise<void> {
  await transaction(db, async (tx) => {
    await lockApp(tx, id);
    const app = await tx.app.findUnique({ where: { id } });
    if (!app || app.deletedAt !== null || !isStillOver(app)) return;
    await assertNotAttached(tx, app);
    await tx.app.update({
      where: { id },
      data: { deletedAt: new Date(), name: `${app.name}~${id}`, generation: { increment: 1 } },
    });
    await tx.domain.deleteMany({ where: { appId: id } });
    await tx.configVar.deleteMany({ where: { appId: id } });
    await tx.previewVar.deleteMany({ where: { appId: id } });
    await tx.split.deleteMany({ where: { appId: id } });
    await tx.visitedRelease.deleteMany({ where: { appId: id } });
    await tx.volume.updateMany({ where: { appId: id }, data: { appId: null } });
    // Its previews go with it. If this is as far as we come, they are over all the same.
    await tx.app.updateMany({ where: { previewOfId: id, deletedAt: null }, data: { expiresAt: new Date() } });
    const unfinished = await tx.deployment.findMany({
      where: { appId: id, status: { in: unfinishedStatuses } },
      select: { id: true },
    });
    for (const deployment of unfinished)
      await moveDeployment(tx, { id: deployment.id, to: 'cancelled', actor });
    await enqueue(tx, 'look', { appId: id });
    await emitEvent(tx, {
      teamId: app.teamId,
      appId: id,
      kind: 'app.deleted',
      data: { name: app.name },
      actor,
    });
  });
  const left = { previewOfId: id, deletedAt: null, previewOf: { deletedAt: { not: null } } };
  for (const preview of await db.app.findMany({ where: left, select: { id: true } }))
    await deleteApp(db, preview.id, actor);
}

async function assertNotAttached(tx: Tx, { id, name }: App): Promise<void> {
  const attached = await tx.configVar.findMany({
    where: { addOnId: id },
    select: { app: { select: { name: true } } },
  });
  if (attached.length === 0) return;
  const users = [...new Set(attached.map(({ app }) => app.name))].sort();
  throw new BerthError(
    'addon_attached',
    `${name} is attached to ${users.join(', ')}. Detach it there first ("berth addons detach ${name} --app ${users[0]}"): its data is deleted with it.`,
    { details: { apps: users } },
  );
}
