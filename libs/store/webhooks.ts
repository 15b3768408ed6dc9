import { BerthError } from '#libs/core/errors.js';
import { keepDeliveriesMs, webhooksPerTeam } from '#libs/core/webhook.js';
import type { EventKind } from '#libs/contracts/events.js';
import { newWebhookSecret } from '#libs/secrets/webhook-signature.js';
import type { Sealer } from '#libs/secrets/seal.js';
import { transaction, type Db, type Tx } from './db.js';
import { newestEventId } from './event-queries.js';
import { emitEvent, type Actor } from './events.js';
import type { Webhook, WebhookDelivery } from './generated/client.js';
import { lockTeam } from './locks.js';

export type { Webhook, WebhookDelivery };

/** Whose webhooks: a team's, or one of its apps'. */
export interface WebhookPlace {
  teamId: string;
  appId: string | null;
}

/** Context under which a webhook's secrets are sealed. */
export function webhookContext(id: string): string {
  return `webhook:${id}`;
}

/** An address as people are shown it: what may be secret is left out. */
export function shownUrlOf(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

export function listWebhooks(db: Db, place: WebhookPlace): Promise<Webhook[]> {
  return db.webhook.findMany({ where: place, orderBy: { id: 'asc' }, take: webhooksPerTeam });
}

/** Throws `webhook_not_found`. */
export async function webhookById(db: Db | Tx, place: WebhookPlace, id: string): Promise<Webhook> {
  const row = await db.webhook.findFirst({ where: { ...place, id } });
  if (row) return row;
  throw new BerthError(
    'webhook_not_found',
    'There is no such webhook (any more); list them to see their ids.',
  );
}

/** A new webhook hears of what happens from now on. Its secret is given out this once. Throws `too_many_webhooks`. */
export function createWebhook(
  db: Db,
  sealer: Sealer,
  wanted: WebhookPlace & { id: string; url: string; kinds: EventKind[]; actor: Actor },
): Promise<{ webhook: Webhook; secret: string }> {
  const { id, url, kinds, actor, ...place } = wanted;
  const secret = newWebhookSecret();
  return transaction(db, async (tx) => {
    await lockTeam(tx, place.teamId);
    const there = { teamId: place.teamId, OR: [{ appId: null }, { app: { deletedAt: null } }] };
    if ((await tx.webhook.count({ where: there })) >= webhooksPerTeam)
      throw new BerthError(
        'too_many_webhooks',
        `A team has at most ${webhooksPerTeam} webhooks, its apps’ included; remove one first.`,
      );
    const webhook = await tx.webhook.create({
      data: {
        ...{ id, ...place, kinds },
        sealedUrl: sealer.seal(url, webhookContext(id)),
        shownUrl: shownUrlOf(url),
        sealedSecret: sealer.seal(secret, webhookContext(id)),
        afterEventId: await newestEventId(tx),
        createdBy: actor.name,
      },
    });
    await tell(tx, webhook, 'webhook.created', actor);
    return { webhook, secret };
  });
}

/** Switches a webhook on or off, or chooses other events. One that is switched on hears of what happens from now on. */
export function changeWebhook(
  db: Db,
  place: WebhookPlace,
  id: string,
  change: { enabled?: boolean | undefined; kinds?: EventKind[] | undefined; actor: Actor },
): Promise<Webhook> {
  return transaction(db, async (tx) => {
    const before = await webhookById(tx, place, id);
    const { enabled = before.enabled, kinds = before.kinds } = change;
    const on = enabled && !before.enabled;
    const webhook = await tx.webhook.update({
      where: { id },
      data: { enabled, kinds, ...(on && { reason: null, afterEventId: await newestEventId(tx) }) },
    });
    await tell(tx, webhook, 'webhook.updated', change.actor);
    return webhook;
  });
}

export function removeWebhook(db: Db, place: WebhookPlace, id: string, actor: Actor): Promise<void> {
  return transaction(db, async (tx) => {
    const webhook = await webhookById(tx, place, id);
    await tx.webhook.delete({ where: { id } });
    await tell(tx, webhook, 'webhook.removed', actor);
  });
}

/** Newest first. */
export function listDeliveries(
  db: Db,
  webhookId: string,
  page: { after: string | null; take: number },
): Promise<WebhookDelivery[]> {
  return db.webhookDelivery.findMany({
    where: { webhookId, ...(page.after !== null && { id: { lt: page.after } }) },
    orderBy: { id: 'desc' },
    take: page.take,
  });
}

/** Sends a delivery once more, under its own message id. Throws `delivery_not_found`. */
export async function replayDelivery(db: Db, webhookId: string, id: string): Promise<WebhookDelivery> {
  const row = await db.webhookDelivery.findFirst({ where: { id, webhookId } });
  if (!row)
    throw new BerthError(
      'delivery_not_found',
      'The webhook has no such delivery (any more); list its deliveries to see their ids.',
    );
  const { messageId, kind, body } = row;
  return db.webhookDelivery.create({ data: { webhookId, messageId, kind, body } });
}

/** A message that says nothing, to see whether it arrives. */
export function sendTest(
  db: Db,
  webhookId: string,
  message: { messageId: string; kind: string; body: string },
): Promise<WebhookDelivery> {
  return db.webhookDelivery.create({ data: { webhookId, ...message } });
}

/** Forgets deliveries that ended long ago. */
export async function pruneDeliveries(db: Db): Promise<void> {
  const before = new Date(Date.now() - keepDeliveriesMs);
  await db.webhookDelivery.deleteMany({ where: { endedAt: { lt: before } } });
}

async function tell(
  tx: Tx,
  { id, teamId, appId, shownUrl, kinds, enabled }: Webhook,
  kind: EventKind,
  actor: Actor,
): Promise<void> {
  // The path of many an address is a secret; the host is none.
  const data = { webhookId: id, host: new URL(shownUrl).host, kinds, enabled };
  await emitEvent(tx, { teamId, appId, kind, data, actor });
}
