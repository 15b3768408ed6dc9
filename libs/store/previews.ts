import { previewsOf } from '#libs/contracts/previews.js';
import { BerthError } from '#libs/core/errors.js';
import { lockApp } from './locks.js';
import { previewName } from './preview-name.js';
import type { Sealer } from '#libs/secrets/seal.js';
import { deleteApp } from './apps.js';
import { transaction, type Db, type Tx } from './db.js';
import { emitEvent, systemActor, type Actor } from './events.js';
import type { App } from './generated/client.js';
import { enqueue } from './outbox.js';
import { growing } from './quota.js';
import { configContext } from './releases.js';
import { isUniqueViolation } from './users.js';

/** So many branches of one app have a preview at a time. */
export const previewsMost = 10;
const DAY_MS = 24 * 3600_000;

/**
 * The preview of a branch: made if there is none, and kept for the app's number of days from now on. It has the app's limits, sleeps, and
 * gets the variables that were set for previews (the app's own too if its owner wants that) when it is made; from then on its
 * config is its own. Null when the app makes no previews. Throws `too_many_previews`, `app_taken`,
 * `quota_exceeded`.
 */
export async function ensurePreview(
  db: Db,
  sealer: Sealer,
  wanted: { appId: string; branch: string; actor: Actor },
): Promise<{ app: App; created: boolean } | null> {
  const { appId, branch, actor } = wanted;
  try {
    return await transaction(db, async (tx) => {
      await lockApp(tx, appId);
      const parent = await tx.app.findFirst({ where: { id: appId, deletedAt: null } });
      const settings = previewsOf(parent?.previews);
      if (parent === null || !settings.enabled || parent.previewOfId !== null) return null;
      const expiresAt = new Date(Date.now() + settings.days * DAY_MS);
      const present = await previewOf(tx, appId, branch);
      if (present !== null) {
        await lockApp(tx, present.id);
        // Its time may have been over in this moment.
        const [app] = await tx.app.updateManyAndReturn({
          where: { id: present.id, deletedAt: null },
          data: { expiresAt },
        });
        if (app !== undefined) return { app, created: false };
      }
      if ((await tx.app.count({ where: { previewOfId: appId, deletedAt: null } })) >= previewsMost)
        throw new BerthError(
          'too_many_previews',
          `The app has ${previewsMost} previews already. Delete a branch that is done, or wait until one expires.`,
        );
      const app = await growing(tx, parent.teamId, ['apps'], () =>
        tx.app.create({ data: copyOf(parent, { branch, expiresAt }) }),
      );
      await copyConfig(tx, sealer, { from: parent.id, to: app.id, withConfig: settings.withConfig });
      await enqueue(tx, 'look', { appId: app.id });
      await emitEvent(tx, {
        ...{ teamId: app.teamId, appId: app.id, kind: 'app.created' },
        data: { name: app.name, previewOf: parent.name, branch },
        actor,
      });
      return { app, created: true };
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new BerthError(
      'app_taken',
      `The branch ${branch} would be previewed as an app whose name is taken on this platform; rename the branch.`,
      { cause: error },
    );
  }
}

/** Does the app make previews of its branches? */
export async function makesPreviews(db: Db, appId: string): Promise<boolean> {
  const app = await db.app.findFirst({
    where: { id: appId, deletedAt: null, previewOfId: null },
    select: { previews: true },
  });
  return previewsOf(app?.previews).enabled;
}

/** What a preview has of its app. It is to sleep, whatever berth.toml says of `[scale] min`. */
function copyOf(parent: App, { branch, expiresAt }: { branch: string; expiresAt: Date }) {
  const { teamId, memoryMb, cpus, pids, requestSeconds, bodyBytes, healthPath } = parent;
  const { startTimeoutSeconds, graceSeconds } = parent;
  return {
    ...{ teamId, memoryMb, cpus, pids, requestSeconds, bodyBytes, healthPath },
    ...{ startTimeoutSeconds, graceSeconds },
    ...{ name: previewName(parent.name, branch), previewOfId: parent.id, branch, expiresAt },
    ...{ sleep: { enabled: true }, autoscale: { min: 0 } },
  };
}

/**
 * Values are sealed for one app: they are opened and sealed anew. What is set for previews wins. No add-on is attached: a preview that
 * wrote into the app's own data would be no preview.
 */
async function copyConfig(
  tx: Tx,
  sealer: Sealer,
  { from, to, withConfig }: { from: string; to: string; withConfig: boolean },
): Promise<void> {
  const own = withConfig ? await tx.configVar.findMany({ where: { appId: from, addOnId: null } }) : [];
  const forPreviews = await tx.previewVar.findMany({ where: { appId: from } });
  const vars = new Map([...own, ...forPreviews].map(({ key, sealed }) => [key, sealed]));
  await tx.configVar.createMany({
    data: [...vars].map(([key, sealed]) => ({
      appId: to,
      key,
      sealed: sealer.seal(sealer.open(sealed, configContext(from)), configContext(to)),
    })),
  });
}

/** The living preview of a branch; null when there is none. */
export function previewOf(db: Db | Tx, appId: string, branch: string): Promise<App | null> {
  return db.app.findFirst({ where: { previewOfId: appId, branch, deletedAt: null } });
}

/** An app's living previews with their team, by name; at most `previewsMost`. */
export function listPreviews(db: Db, appId: string) {
  return db.app.findMany({
    where: { previewOfId: appId, deletedAt: null },
    orderBy: { name: 'asc' },
    include: { team: true },
    take: previewsMost,
  });
}

/** Deletes previews whose time is over. Gives their names. */
export async function expirePreviews(db: Db, now = new Date()): Promise<string[]> {
  const over = await db.app.findMany({
    where: { previewOfId: { not: null }, deletedAt: null, expiresAt: { lt: now } },
    select: { id: true, name: true },
    take: 100,
  });
  // A push may have given it more time meanwhile.
  const isStillOver = ({ expiresAt }: App) => expiresAt !== null && expiresAt < now;
  for (const { id } of over) await deleteApp(db, id, systemActor('api'), isStillOver);
  return over.map(({ name }) => name);
}

/** Names of the variables that previews get beside those that an app has, sorted. Their values stay sealed. */
export async function previewKeys(db: Db, appId: string): Promise<string[]> {
  const rows = await db.previewVar.findMany({
    where: { appId },
    select: { key: true },
    orderBy: { key: 'asc' },
  });
  return rows.map(({ key }) => key);
}

/** Sets (or, with null, removes) variables for previews that are made from now on. */
export function changePreviewVars(
  db: Db,
  sealer: Sealer,
  { appId, vars, actor }: { appId: string; vars: Record<string, string | null>; actor: Actor },
): Promise<void> {
  return transaction(db, async (tx) => {
    const { teamId } = await tx.app.findUniqueOrThrow({ where: { id: appId }, select: { teamId: true } });
    for (const [key, value] of Object.entries(vars)) {
      const where = { appId_key: { appId, key } };
      const sealed = value === null ? null : sealer.seal(value, configContext(appId));
      if (sealed === null) await tx.previewVar.deleteMany({ where: { appId, key } });
      else await tx.previewVar.upsert({ where, create: { appId, key, sealed }, update: { sealed } });
    }
    const keys = Object.keys(vars).sort();
    await emitEvent(tx, { teamId, appId, kind: 'config.changed', data: { keys, previews: true }, actor });
  });
}
