import type { DeliveryView } from '#libs/contracts/api/webhooks.js';
import { command } from '../../frame/command.js';
import { webhookTyped, wholeTeamOption } from '../../settings/webhook.js';

export const webhooksTest = command({
  name: 'webhooks test',
  group: 'Watch',
  summary: 'Send a message that says nothing, to see whether it arrives',
  arguments: [{ name: 'WEBHOOK', about: 'Id, or the end of it as `berth webhooks` shows' }],
  app: 'option',
  options: wholeTeamOption,
  examples: [['webhooks test 9c2f41aa', '`berth webhooks deliveries` tells what came of it']],
  async run(context, input) {
    const { ui, api } = context;
    const { path } = await webhookTyped(context, input.argument('WEBHOOK'), input.options['whole-team']);
    const made = await api.post<DeliveryView>(`${path}/test`);
    ui.result(made, () => ui.done('It is on its way. `berth webhooks deliveries` tells what came of it.'));
  },
});
