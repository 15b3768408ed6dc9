import { BerthError } from '#libs/core/errors.js';
import { assertIsApp } from './app-kind.js';
import { transaction, type Db } from './db.js';
import { emitEvent, type Actor } from './events.js';
import type { Domain } from './generated/client.js';
import { lockApp } from './locks.js';
import { enqueue } from './outbox.js';
import { growing } from './quota.js';
import { isUniqueViolation } from './users.js';

export type { Domain };

/** An app's domains at most: each is an entry of the route table. */
const MOST = 50;

export function listDomains(
  db: Db,
  appId: string,
  page: { after: string | null; take: number },
): Promise<Domain[]> {
  return db.domain.findMany({
    where: { appId, ...(page.after !== null && { name: { gt: page.after } }) },
    orderBy: { name: 'asc' },
    take: page.take,
  });
}

/** A domain of an app. Throws `domain_not_found`. */
export async function domainOf(db: Db, appId: string, name: string): Promise<Domain> {
  return (await db.domain.findFirst({ where: { appId, name } })) ?? notThere();
}

function notThere(): never {
  throw new BerthError('domain_not_found', 'The app has no such domain; list its domains.');
}

/** Points a host name at an app. Throws `domain_taken`, `too_many_domains`, `quota_exceeded`. */
export async function addDomain(
  db: Db,
  app: { id: string; teamId: string },
  name: string,
  actor: Actor,
): Promise<Domain> {
  try {
    return await transaction(db, async (tx) => {
      await lockApp(tx, app.id);
      await assertIsApp(tx, app.id, 'has no address but inside its team');
      if ((await tx.domain.count({ where: { appId: app.id } })) >= MOST)
        throw new BerthError('too_many_domains', `An app has at most ${MOST} domains; remove one first.`);
      const domain = await growing(tx, app.teamId, ['domains'], () =>
        tx.domain.create({ data: { appId: app.id, name } }),
      );
      await enqueue(tx, 'look', { appId: app.id });
      await emitEvent(tx, { teamId: app.teamId, appId: app.id, kind: 'domain.added', data: { name }, actor });
      return domain;
    });
  } catch (error) {
    if (isUniqueViolation(error))
      throw new BerthError('domain_taken', `${name} points at an app already; remove it there first.`, {
        cause: error,
      });
    throw error;
  }
}

/** Throws `domain_not_found`. */
export function removeDomain(
  db: Db,
  app: { id: string; teamId: string },
  name: string,
  actor: Actor,
): Promise<void> {
  return transaction(db, async (tx) => {
    const { count } = await tx.domain.deleteMany({ where: { appId: app.id, name } });
    if (count === 0) notThere();
    await enqueue(tx, 'look', { appId: app.id });
    await emitEvent(tx, { teamId: app.teamId, appId: app.id, kind: 'domain.removed', data: { name }, actor });
  });
}
