import { command } from '../../frame/command.js';
import { webhookTyped, wholeTeamOption } from '../../settings/webhook.js';

export const webhooksRemove = command({
  name: 'webhooks remove',
  group: 'Watch',
  summary: 'Remove a webhook',
  arguments: [{ name: 'WEBHOOK', about: 'Id, or the end of it as `berth webhooks` shows' }],
  app: 'option',
  options: wholeTeamOption,
  examples: [['webhooks remove 9c2f41aa', 'with all that waits']],
  async run(context, input) {
    const { ui, api } = context;
    const { webhook, path } = await webhookTyped(
      context,
      input.argument('WEBHOOK'),
      input.options['whole-team'],
    );
    await api.delete(path);
    ui.result({ removed: webhook.id }, () => ui.done(`${webhook.url} hears nothing any more.`));
  },
});
