import { randomBytes } from 'node:crypto';
import { addOnAccess, addOnUrl, isAddOn, type AddOnKind } from '#libs/core/add-on.js';
import { BerthError } from '#libs/core/errors.js';
import type { Sealer } from '#libs/secrets/seal.js';
import { acceptWithin } from './accept.js';
import { refuseAddOn } from './app-kind.js';
import { createApp, type App } from './apps.js';
import { bringOut, type ConfigOutcome } from './config-vars.js';
import { transaction, type Db } from './db.js';
import type { Actor } from './events.js';
import type { Deployment } from './generated/client.js';
import { lockApp } from './locks.js';
import { configContext } from './releases.js';

/** A database that ends writes what it has in memory to its disk first. */
const graceSeconds = 60;

/** An app that uses an add-on, and the variable that has its URL. */
export interface Attachment {
  app: string;
  variable: string;
}

/**
 * Creates an add-on and deploys it: an app of another kind, whose image Berth makes and whose password it chooses. Throws what
 * creating an app does.
 */
export async function createAddOn(
  db: Db,
  sealer: Sealer,
  wanted: { kind: AddOnKind; name: string; teamId: string; actor: Actor },
): Promise<{ app: App; deployment: Deployment }> {
  const { kind, actor, ...named } = wanted;
  const made: Deployment[] = [];
  const app = await createApp(db, { ...named, kind, graceSeconds }, actor, async (tx, { id: appId }) => {
    const sealed = sealer.seal(randomBytes(24).toString('hex'), configContext(appId));
    await tx.configVar.create({ data: { appId, key: addOnAccess[kind].passwordKey, sealed } });
    const source = { kind: 'addon', message: `Create ${kind}` } as const;
    made.push((await acceptWithin(tx, { appId, trigger: 'addon', actor, source })).deployment);
  });
  return { app, deployment: made[0] as Deployment };
}

/**
 * Attaches an add-on to an app of its team: a variable of the app gets the URL, and a running app a new release. Attaching it under the
 * same name again changes nothing. Throws `app_not_found`, `addon_not_found`, `app_is_add_on`, `addon_other_team`, `variable_taken`.
 */
export function attach(
  db: Db,
  sealer: Sealer,
  wanted: { appId: string; addOnId: string; variable?: string | undefined; actor: Actor },
): Promise<ConfigOutcome> {
  const { appId, addOnId, actor } = wanted;
  return transaction(db, async (tx) => {
    // The app first, as everywhere: who deletes the add-on holds that alone.
    await lockApp(tx, appId);
    await lockApp(tx, addOnId);
    const app = await tx.app.findFirst({ where: { id: appId, deletedAt: null } });
    if (app === null)
      throw new BerthError('app_not_found', 'There is no such app; it may have been deleted.');
    refuseAddOn(app, 'is attached to apps, and nothing to it');
    const addOn = await tx.app.findFirst({ where: { id: addOnId, deletedAt: null } });
    const { kind, name } = addOnOf(addOn);
    if (app.teamId !== addOn?.teamId)
      throw new BerthError(
        'addon_other_team',
        `${name} is another team's add-on, and teams cannot reach each other. Create one in the team of ${app.name}.`,
      );
    const { variable, passwordKey } = addOnAccess[kind];
    const key = wanted.variable ?? variable;
    const present = await tx.configVar.findUnique({ where: { appId_key: { appId, key } } });
    if (present?.addOnId === addOnId) return { applied: 'unchanged' };
    if (present !== null)
      throw new BerthError(
        'variable_taken',
        `${app.name} has a variable ${key} already. Remove it first, or attach ${name} under another name (--as NAME).`,
        { details: { key } },
      );
    const own = await tx.configVar.findUniqueOrThrow({
      where: { appId_key: { appId: addOnId, key: passwordKey } },
    });
    const url = addOnUrl({ kind, name }, sealer.open(own.sealed, configContext(addOnId)));
    await tx.configVar.create({
      data: { appId, key, addOnId, sealed: sealer.seal(url, configContext(appId)) },
    });
    return bringOut(tx, appId, {
      description: `Attach ${name} as ${key}`,
      event: { kind: 'addon.attached', data: { addOn: name, variable: key } },
      actor,
    });
  });
}

/** Takes an add-on's URL away from an app; a running app gets a new release. Throws `attachment_not_found`. */
export function detach(
  db: Db,
  wanted: { appId: string; variable: string; actor: Actor },
): Promise<ConfigOutcome> {
  const { appId, variable: key, actor } = wanted;
  return transaction(db, async (tx) => {
    await lockApp(tx, appId);
    const row = await tx.configVar.findUnique({
      where: { appId_key: { appId, key } },
      include: { addOn: { select: { name: true } } },
    });
    if (!row?.addOn)
      throw new BerthError(
        'attachment_not_found',
        `No add-on is attached to this app as ${key}; "berth addons" shows which are, and how.`,
      );
    await tx.configVar.delete({ where: { appId_key: { appId, key } } });
    return bringOut(tx, appId, {
      description: `Detach ${row.addOn.name} (${key})`,
      event: { kind: 'addon.detached', data: { addOn: row.addOn.name, variable: key } },
      actor,
    });
  });
}

/** Who uses these add-ons, by id. */
export async function attachmentsOf(db: Db, addOnIds: string[]): Promise<Map<string, Attachment[]>> {
  const rows = await db.configVar.findMany({
    where: { addOnId: { in: addOnIds } },
    orderBy: [{ app: { name: 'asc' } }, { key: 'asc' }],
    select: { addOnId: true, key: true, app: { select: { name: true } } },
  });
  const found = new Map<string, Attachment[]>(addOnIds.map((id) => [id, []]));
  for (const { addOnId, key, app } of rows) found.get(addOnId ?? '')?.push({ app: app.name, variable: key });
  return found;
}

/** The row of an app as an add-on. Throws `addon_not_found`. */
export function addOnOf<Row extends Pick<App, 'kind' | 'name'>>(row: Row | null): Row & { kind: AddOnKind } {
  if (row !== null && isAddOn(row.kind)) return row as Row & { kind: AddOnKind };
  throw new BerthError(
    'addon_not_found',
    `${row === null ? 'There is no such add-on' : `${row.name} is an app, not an add-on`}; "berth addons" lists those of your teams.`,
  );
}
