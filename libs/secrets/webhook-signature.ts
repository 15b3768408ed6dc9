import { createHmac, randomBytes } from 'node:crypto';

/** A new secret in the form of Standard Webhooks: `whsec_` and 24 random bytes. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(24).toString('base64')}`;
}

/**
 * Headers that sign a message as Standard Webhooks does: HMAC-SHA256 over id, time and body, so that neither can be changed, and an
 * old message is known by its time.
 *
 * @param at seconds since 1970.
 */
export function signedHeaders(
  secret: string,
  { id, at, body }: { id: string; at: number; body: string },
): Record<string, string> {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': `v1,${signature}` };
}
