import type { WebhookView } from '#libs/contracts/api/webhooks.js';
import { command } from '../../frame/command.js';
import { usage } from '../../frame/failure.js';
import { webhookTyped, wholeTeamOption } from '../../settings/webhook.js';

export const webhooksSet = command({
  name: 'webhooks set',
  group: 'Watch',
  summary: 'Switch a webhook on or off, or choose its events',
  about: ['One that is switched on hears of what happens from then on.'],
  arguments: [{ name: 'WEBHOOK', about: 'Id, or the end of it as `berth webhooks` shows' }],
  app: 'option',
  options: {
    ...wholeTeamOption,
    on: { type: 'boolean', about: 'Switch it on' },
    off: { type: 'boolean', about: 'Switch it off' },
    event: {
      type: 'string',
      short: 'e',
      value: 'KIND',
      many: true,
      about: 'Kind of event; in place of all before',
    },
  },
  examples: [['webhooks set 9c2f41aa --off', 'for a while']],
  async run(context, input) {
    const { on, off, event: kinds } = input.options;
    if (on && off) throw usage('--on and --off exclude each other.');
    const { path } = await webhookTyped(context, input.argument('WEBHOOK'), input.options['whole-team']);
    const change = { ...((on || off) && { enabled: on === true }), ...(kinds && { kinds }) };
    const changed = await context.api.patch<WebhookView>(path, change);
    context.ui.result(changed, () => context.ui.done(`It is ${changed.enabled ? 'on' : 'off'}.`));
  },
});
