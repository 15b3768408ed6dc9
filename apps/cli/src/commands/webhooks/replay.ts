import type { DeliveryView } from '#libs/contracts/api/webhooks.js';
import { command } from '../../frame/command.js';
import { byId } from '../../settings/by-id.js';
import { webhookTyped, wholeTeamOption } from '../../settings/webhook.js';
import { deliver } from '../../webhooks/deliver.js';

/** So many of the newest deliveries are looked through for the end of an id. */
const NEWEST = 500;

export const webhooksReplay = command({
  name: 'webhooks replay',
  group: 'Watch',
  summary: 'Send a delivery again, under its own message id',
  about: ['It waits for the first attempt; the exit code is 0 when the message was taken, else 1.'],
  arguments: [
    { name: 'WEBHOOK', about: 'Id, or the end of it as `berth webhooks` shows' },
    { name: 'DELIVERY', about: 'Id, or the end of it as `berth webhooks deliveries` shows' },
  ],
  app: 'option',
  options: wholeTeamOption,
  examples: [['webhooks replay 9c2f41aa 77a0b3de', 'once the receiver is mended']],
  async run(context, input) {
    const found = await webhookTyped(context, input.argument('WEBHOOK'), input.options['whole-team']);
    const deliveries = await context.api.list<DeliveryView>(`${found.path}/deliveries`, {}, NEWEST);
    const { id } = byId(deliveries, input.argument('DELIVERY'), {
      what: 'delivery',
      todo: '`berth webhooks deliveries` lists them.',
    });
    return deliver(context, found, `deliveries/${id}/replay`);
  },
});
