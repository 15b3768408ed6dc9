import { isAddOn } from '#libs/core/add-on.js';
import { BerthError } from '#libs/core/errors.js';
import type { App } from './generated/client.js';
import type { Db, Tx } from './db.js';

/**
 * What is about apps alone is not done to an add-on. Throws `app_is_add_on`.
 *
 * @param instead says of the add-on why not: "has the config that Berth gives it"
 */
export async function assertIsApp(db: Db | Tx, appId: string, instead: string): Promise<void> {
  const app = await db.app.findUnique({ where: { id: appId }, select: { kind: true, name: true } });
  if (app !== null) refuseAddOn(app, instead);
}

/** The same of a row that was read. */
export function refuseAddOn({ kind, name }: Pick<App, 'kind' | 'name'>, instead: string): void {
  if (!isAddOn(kind)) return;
  throw new BerthError(
    'app_is_add_on',
    `${name} is an add-on (${kind}), not an app: it ${instead}. Name an app; "berth addons" lists the add-ons.`,
    { details: { kind } },
  );
}
