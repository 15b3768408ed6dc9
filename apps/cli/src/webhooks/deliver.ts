import { setTimeout as pause } from 'node:timers/promises';
import type { DeliveryView, WebhookView } from '#libs/contracts/api/webhooks.js';
import type { Context } from '../frame/context.js';
import type { ExitName } from '../frame/exit-codes.js';
import { Failure } from '../frame/failure.js';
import { safe } from '../ui/text.js';
import { clock } from '../ui/units.js';

const EVERY_MS = 250;
/** An attempt lasts 15 s at most, and others may be before it. */
const PATIENCE_MS = 30_000;
/** Among so many of the newest is one that was just made. */
const NEWEST = 50;

/** Has a webhook make a delivery (`route` says which), waits for its first attempt and tells what came of it. */
export async function deliver(
  context: Context,
  { webhook, path }: { webhook: WebhookView; path: string },
  route: string,
): Promise<ExitName> {
  const { ui, api } = context;
  if (!webhook.enabled)
    throw new Failure('The webhook is switched off, so nothing is sent.', {
      todo: `\`berth webhooks set ${webhook.id.slice(-8)} --on${context.appFlag}\` switches it on.`,
      exit: 'refused',
      code: 'webhook_off',
    });
  const delivery = await attempted(context, path, await api.post<DeliveryView>(`${path}/${route}`));
  ui.result(delivery, () => tell(context, delivery));
  return delivery.status === 'delivered' ? 'ok' : 'failed';
}

/** The delivery once it was tried, or as it is when that takes too long. */
async function attempted({ api, signal }: Context, path: string, made: DeliveryView): Promise<DeliveryView> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const newest = await api.list<DeliveryView>(`${path}/deliveries`, {}, NEWEST);
    const delivery = newest.find(({ id }) => id === made.id) ?? made;
    const tried = delivery.httpStatus !== null || delivery.reason !== null;
    if (tried || performance.now() > deadline) return delivery;
    await pause(EVERY_MS, undefined, { signal });
  }
}

function tell({ ui }: Context, { status, httpStatus, reason, nextAt }: DeliveryView): void {
  if (status === 'delivered') return ui.done(`It was taken, with status ${httpStatus}.`);
  if (reason === null) return ui.warn('It is still on its way.');
  ui.warn(`It was not taken: ${safe(reason)}`);
  if (nextAt !== null) ui.say(`  It is tried again at ${clock(nextAt)}.`);
}
