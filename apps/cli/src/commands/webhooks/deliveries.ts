import type { DeliveryView } from '#libs/contracts/api/webhooks.js';
import { command } from '../../frame/command.js';
import { webhookTyped, wholeTeamOption } from '../../settings/webhook.js';
import { stateColour } from '../../ui/states.js';
import { safe } from '../../ui/text.js';
import { ago } from '../../ui/units.js';

export const webhooksDeliveries = command({
  name: 'webhooks deliveries',
  group: 'Watch',
  summary: 'List what was sent to a webhook, newest first',
  arguments: [{ name: 'WEBHOOK', about: 'Id, or the end of it as `berth webhooks` shows' }],
  app: 'option',
  options: {
    ...wholeTeamOption,
    limit: { type: 'number', short: 'n', value: 'N', about: 'At most so many (20)' },
  },
  examples: [['webhooks deliveries 9c2f41aa', 'whether it was taken']],
  async run(context, input) {
    const { ui, api } = context;
    const { options } = input;
    const { path } = await webhookTyped(context, input.argument('WEBHOOK'), options['whole-team']);
    const now = new Date();
    ui.list(
      await api.list<DeliveryView>(`${path}/deliveries`, {}, options.limit ?? 20),
      [
        { title: 'DELIVERY', cell: ({ id }) => id.slice(-8) },
        { title: 'EVENT', cell: ({ kind }) => kind },
        {
          title: 'STATUS',
          cell: ({ status }) => stateColour(status === 'delivered' ? 'done' : status, ui.out),
        },
        { title: 'TRY', cell: ({ attempt }) => String(attempt), align: 'right' },
        { title: 'ANSWER', cell: ({ httpStatus }) => String(httpStatus ?? '-'), align: 'right' },
        { title: 'WHEN', cell: ({ createdAt }) => ago(createdAt, now) },
        { title: 'REASON', cell: ({ reason }) => safe(reason ?? ''), shrinks: true },
      ],
      'Nothing was sent yet. `berth webhooks test` sends a message that says nothing.',
    );
  },
});
