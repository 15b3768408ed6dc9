import type { DeploymentTrigger } from '#libs/contracts/api/deployments.js';
import { buildPlan } from '#libs/contracts/build-plan.js';
import { BerthError } from '#libs/core/errors.js';
import type { Sealer } from '#libs/secrets/seal.js';
import { transaction, type Db, type Tx } from './db.js';
import { acceptWithin } from './accept.js';
import { expectRevision } from './app-revision.js';
import { emitEvent, type Actor, type NewEvent } from './events.js';
import { assertIsApp } from './app-kind.js';
import { lockApp } from './locks.js';
import { configContext, createRelease, manifestOf } from './releases.js';
import { sealerInForce } from './sealer-in-force.js';
import type { Deployment, Release } from './generated/client.js';

export interface ConfigChange {
  /** Value to set, or null to remove. */
  [key: string]: string | null;
}

/** What became of a change: a deployment of its own, waiting for the build under way, or kept for the first deploy. */
export type ConfigOutcome =
  | { applied: 'deployment'; deployment: Deployment }
  | { applied: 'with'; deploymentNumber: number }
  | { applied: 'next-deploy' }
  | { applied: 'unchanged' };

/**
 * Changes config variables. A change of a running app makes a new release of the same image and deploys it. While a build is
 * under way the change travels with that build's release instead of pushing it aside; if the build fails, it is applied then
 * (`applyWaitingConfig`). Throws `changed_meanwhile` where it is based on another `revision`.
 */
export async function changeConfig(
  db: Db,
  appId: string,
  change: ConfigChange,
  actor: Actor,
  revision?: string,
): Promise<ConfigOutcome> {
  return transaction(db, async (tx) => {
    // The app's row serialises changes of one app.
    await lockApp(tx, appId);
    expectRevision(await tx.app.findUniqueOrThrow({ where: { id: appId } }), revision);
    const keys = await writeChanges(tx, appId, change);
    if (keys.length === 0) return { applied: 'unchanged' };
    return bringOut(tx, appId, {
      description: describeConfigChange(change, keys),
      event: { kind: 'config.changed', data: { keys } },
      actor,
    });
  });
}

/** Has changed variables, already written, noted, told of and brought into force. */
export async function bringOut(
  tx: Tx,
  appId: string,
  change: { description: string; event: Pick<NewEvent, 'kind' | 'data'>; actor: Actor },
): Promise<ConfigOutcome> {
  const { description, event, actor } = change;
  const { teamId } = await tx.app.update({
    where: { id: appId },
    data: { configVersion: { increment: 1 } },
  });
  const outcome = await applyChange(tx, appId, description, actor);
  await emitEvent(tx, { ...event, teamId, appId, actor });
  return outcome;
}

/** Present config of an app, opened, with when each was set and whose URL it is. Handle with care: never log it. */
export async function configVarsOf(
  db: Db,
  sealer: Sealer,
  appId: string,
): Promise<{ key: string; value: string; addOn: string | null; updatedAt: Date }[]> {
  const rows = await db.configVar.findMany({
    where: { appId },
    orderBy: { key: 'asc' },
    include: { addOn: { select: { name: true } } },
  });
  return rows.map(({ key, sealed, addOn, updatedAt }) => ({
    key,
    value: sealer.open(sealed, configContext(appId)),
    addOn: addOn?.name ?? null,
    updatedAt,
  }));
}

/** After a build ended without a release: deploys config that was waiting to travel with it. */
export async function applyWaitingConfig(tx: Tx, appId: string, actor: Actor): Promise<void> {
  const app = await tx.app.findUniqueOrThrow({ where: { id: appId } });
  if (app.deletedAt || app.liveReleaseId === null) return;
  const live = await tx.release.findUniqueOrThrow({ where: { id: app.liveReleaseId } });
  // Only what changed while something was under way counts: a failed config deployment must not be tried for ever.
  const newest = await tx.release.aggregate({ where: { appId }, _max: { configVersion: true } });
  const known = Math.max(live.configVersion, newest._max.configVersion ?? 0);
  const unfinished = await unfinishedOf(tx, appId);
  if (app.configVersion > known && unfinished === null)
    await deployCopy(tx, live, 'Apply changed config', actor);
}

/** Brings a change of config or settings, already written, into force: see `changeConfig`. */
export async function applyChange(
  tx: Tx,
  appId: string,
  description: string,
  actor: Actor,
): Promise<ConfigOutcome> {
  const unfinished = await unfinishedOf(tx, appId);
  if (unfinished && unfinished.releaseId === null)
    return { applied: 'with', deploymentNumber: unfinished.number };
  const app = await tx.app.findUniqueOrThrow({ where: { id: appId } });
  const baseId = unfinished?.releaseId ?? app.liveReleaseId;
  if (baseId === null) return { applied: 'next-deploy' };
  const base = await tx.release.findUniqueOrThrow({ where: { id: baseId } });
  return { applied: 'deployment', deployment: await deployCopy(tx, base, description, actor) };
}

/** Deploys a new release with the same content as `base`, and the app's present config and limits. */
export async function deployCopy(
  tx: Tx,
  base: Release,
  description: string,
  actor: Actor,
  trigger: DeploymentTrigger = 'config',
): Promise<Deployment> {
  const release = await createRelease(tx, sealerInForce(), {
    appId: base.appId,
    content: {
      image: base.image,
      buildId: base.buildId,
      processes: base.processes as Record<string, string[]>,
      port: base.port,
      healthPath: await builtHealthPath(tx, base),
      manifest: manifestOf(base),
    },
    description,
    actor,
  });
  const { deployment } = await acceptWithin(tx, {
    appId: base.appId,
    trigger,
    releaseId: release.id,
    actor,
  });
  return deployment;
}

/** The health path that the build found; the release's own may come from a setting that was removed since. */
async function builtHealthPath(tx: Tx, { buildId }: Release): Promise<string | null> {
  if (buildId === null) return null;
  const build = await tx.build.findUnique({ where: { id: buildId }, select: { plan: true } });
  const plan = buildPlan.pick({ healthPath: true }).safeParse(build?.plan);
  return plan.success ? plan.data.healthPath : null;
}

function unfinishedOf(tx: Tx, appId: string): Promise<Deployment | null> {
  return tx.deployment.findFirst({
    where: { appId, status: { in: ['queued', 'building', 'starting', 'routing'] } },
    orderBy: { number: 'desc' },
  });
}

/** Writes what differs from the present values; returns the keys that changed. */
async function writeChanges(tx: Tx, appId: string, change: ConfigChange): Promise<string[]> {
  await assertIsApp(tx, appId, 'has the config that Berth gives it');
  const sealer = sealerInForce();
  const present = new Map((await tx.configVar.findMany({ where: { appId } })).map((row) => [row.key, row]));
  const changed: string[] = [];
  for (const [key, value] of Object.entries(change)) {
    const row = present.get(key);
    const now = row === undefined ? null : sealer.open(row.sealed, configContext(appId));
    if (now === value) continue;
    if (row !== undefined && row.addOnId !== null) throw isAddOns(key);
    changed.push(key);
    if (value === null) await tx.configVar.delete({ where: { appId_key: { appId, key } } });
    else {
      const sealed = sealer.seal(value, configContext(appId));
      await tx.configVar.upsert({
        where: { appId_key: { appId, key } },
        create: { appId, key, sealed },
        update: { sealed },
      });
    }
  }
  return changed;
}

function isAddOns(key: string): BerthError {
  return new BerthError(
    'variable_managed',
    `${key} is the URL of an add-on that is attached to this app, and Berth keeps it. Detach the add-on to take it away, or choose another name.`,
    { details: { key } },
  );
}

/** "Set GREETING, remove OLD": names only, never values. */
export function describeConfigChange(change: ConfigChange, keys: string[]): string {
  const set = keys.filter((key) => change[key] !== null);
  const removed = keys.filter((key) => change[key] === null);
  const parts = [
    set.length > 0 ? `set ${set.join(', ')}` : '',
    removed.length > 0 ? `remove ${removed.join(', ')}` : '',
  ];
  const text = parts.filter(Boolean).join('; ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
