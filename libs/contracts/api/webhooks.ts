import { z } from 'zod';
import { usualKinds } from '#libs/core/webhook.js';
import { eventKind } from '../events.js';
import { id, instant, pageOf } from './common.js';

/** An address that Berth calls: `http:` or `https:`. */
export const outboundUrl = z
  .url({ protocol: /^https?$/, error: 'Write an address that begins with https:// or http://.' })
  .max(2000);

const kinds = z.array(eventKind).min(1).max(100);

export const newWebhook = z
  .object({ url: outboundUrl, kinds: kinds.default([...usualKinds]) })
  .meta({ id: 'NewWebhook' });
export type NewWebhook = z.infer<typeof newWebhook>;

export const webhookChange = z
  .object({ enabled: z.boolean().optional(), kinds: kinds.optional() })
  .meta({ id: 'WebhookChange' });
export type WebhookChange = z.infer<typeof webhookChange>;

export const webhookView = z
  .object({
    id,
    /** Without user, password and query, which may be secret. */
    url: z.string(),
    kinds: z.array(z.string()),
    enabled: z.boolean(),
    /** Why Berth switched it off. */
    reason: z.string().nullable(),
    createdBy: z.string(),
    createdAt: instant,
  })
  .meta({ id: 'Webhook' });
export type WebhookView = z.infer<typeof webhookView>;
export const webhookList = z
  .object({ items: z.array(webhookView), next: z.null() })
  .meta({ id: 'WebhookList' });
export type WebhookList = z.infer<typeof webhookList>;

/** The secret is shown this once. */
export const createdWebhook = webhookView.extend({ secret: z.string() }).meta({ id: 'CreatedWebhook' });
export type CreatedWebhook = z.infer<typeof createdWebhook>;

export const deliveryView = z
  .object({
    id,
    messageId: z.string(),
    kind: z.string(),
    status: z.enum(['waiting', 'delivered', 'failed']),
    attempt: z.int(),
    /** Of one that waits. */
    nextAt: instant.nullable(),
    httpStatus: z.int().nullable(),
    reason: z.string().nullable(),
    createdAt: instant,
    endedAt: instant.nullable(),
  })
  .meta({ id: 'WebhookDelivery' });
export type DeliveryView = z.infer<typeof deliveryView>;
export const deliveryPage = pageOf(deliveryView).meta({ id: 'WebhookDeliveryPage' });
