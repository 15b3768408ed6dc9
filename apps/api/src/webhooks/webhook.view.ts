import type { DeliveryView, WebhookView } from '#libs/contracts/api/webhooks.js';
import type { ShownEvent } from '#libs/store/event-queries.js';
import type { Webhook, WebhookDelivery } from '#libs/store/webhooks.js';
import { eventViewOf } from '../events/event.view.js';

export function webhookViewOf(row: Webhook): WebhookView {
  const { id, kinds, enabled, reason, createdBy } = row;
  return {
    ...{ id, url: row.shownUrl, kinds, enabled, reason, createdBy },
    createdAt: row.createdAt.toISOString(),
  };
}

export function deliveryViewOf(row: WebhookDelivery): DeliveryView {
  const { id, messageId, kind, attempt, httpStatus, reason } = row;
  const status = row.status as DeliveryView['status'];
  return {
    ...{ id, messageId, kind, status, attempt, httpStatus, reason },
    nextAt: status === 'waiting' ? row.nextAt.toISOString() : null,
    createdAt: row.createdAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}

/** An event as a webhook is told of it. */
export function webhookBody(event: ShownEvent): string {
  const { id, at, kind, team, app, appId, actor, data } = eventViewOf(event);
  return JSON.stringify({ type: kind, timestamp: at, data: { ...data, event: id, team, app, appId, actor } });
}
