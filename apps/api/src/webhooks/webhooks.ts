import { randomUUID } from 'node:crypto';
import { actorOf, type Caller } from '#libs/access/caller.js';
import type { Page, PageQuery } from '#libs/contracts/api/common.js';
import type {
  CreatedWebhook,
  DeliveryView,
  NewWebhook,
  WebhookChange,
  WebhookList,
  WebhookView,
} from '#libs/contracts/api/webhooks.js';
import type { AddressGuard } from '#libs/outbound/address-guard.js';
import { checkedAddresses } from '#libs/outbound/checked-addresses.js';
import type { Sealer } from '#libs/secrets/seal.js';
import type { Db } from '#libs/store/db.js';
import {
  changeWebhook,
  createWebhook,
  listDeliveries,
  listWebhooks,
  removeWebhook,
  replayDelivery,
  sendTest,
  webhookById,
  type WebhookPlace,
} from '#libs/store/webhooks.js';
import { cursorKey, page } from '../http/cursor.js';
import { deliveryViewOf, webhookViewOf } from './webhook.view.js';

/** What the routes of a team's and of an app's webhooks have in common. */
export class Webhooks {
  constructor(
    private readonly db: Db,
    private readonly sealer: Sealer,
    private readonly guard: AddressGuard,
    private readonly dispatch: () => void,
  ) {}

  async list(place: WebhookPlace): Promise<WebhookList> {
    return { items: (await listWebhooks(this.db, place)).map(webhookViewOf), next: null };
  }

  async create(place: WebhookPlace, caller: Caller, { url, kinds }: NewWebhook): Promise<CreatedWebhook> {
    // Said at once, where it can be; what counts is what the name leads to when it is called.
    await checkedAddresses(new URL(url).hostname, this.guard);
    const wanted = { ...place, id: randomUUID(), url, kinds, actor: actorOf(caller) };
    const { webhook, secret } = await createWebhook(this.db, this.sealer, wanted);
    return { ...webhookViewOf(webhook), secret };
  }

  async change(
    place: WebhookPlace,
    caller: Caller,
    id: string,
    { enabled, kinds }: WebhookChange,
  ): Promise<WebhookView> {
    const change = { enabled, kinds, actor: actorOf(caller) };
    return webhookViewOf(await changeWebhook(this.db, place, id, change));
  }

  remove(place: WebhookPlace, caller: Caller, id: string): Promise<void> {
    return removeWebhook(this.db, place, id, actorOf(caller));
  }

  async deliveries(place: WebhookPlace, id: string, query: PageQuery): Promise<Page<DeliveryView>> {
    await webhookById(this.db, place, id);
    return page(query, {
      name: 'deliveries',
      parse: cursorKey.uuid,
      fetch: (after, take) => listDeliveries(this.db, id, { after, take }),
      keyOf: (row) => row.id,
      view: (rows) => rows.map(deliveryViewOf),
    });
  }

  async replay(place: WebhookPlace, id: string, delivery: string): Promise<DeliveryView> {
    await webhookById(this.db, place, id);
    const made = await replayDelivery(this.db, id, delivery);
    this.dispatch();
    return deliveryViewOf(made);
  }

  async test(place: WebhookPlace, caller: Caller, id: string): Promise<DeliveryView> {
    await webhookById(this.db, place, id);
    const data = { webhook: id, actor: actorOf(caller).name };
    const body = JSON.stringify({ type: 'webhook.test', timestamp: new Date().toISOString(), data });
    const message = { messageId: `test_${randomUUID()}`, kind: 'webhook.test', body };
    const made = await sendTest(this.db, id, message);
    this.dispatch();
    return deliveryViewOf(made);
  }
}
