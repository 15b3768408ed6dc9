import { command } from '../../frame/command.js';
import { webhookTyped, wholeTeamOption } from '../../settings/webhook.js';
import { deliver } from '../../webhooks/deliver.js';

export const webhooksTest = command({
  name: 'webhooks test',
  group: 'Watch',
  summary: 'Send a message that says nothing, to see whether it arrives',
  about: ['It waits for the first attempt; the exit code is 0 when the message was taken, else 1.'],
  arguments: [{ name: 'WEBHOOK', about: 'Id, or the end of it as `berth webhooks` shows' }],
  app: 'option',
  options: wholeTeamOption,
  examples: [['webhooks test 9c2f41aa', 'does it arrive?']],
  async run(context, input) {
    const found = await webhookTyped(context, input.argument('WEBHOOK'), input.options['whole-team']);
    return deliver(context, found, 'test');
  },
});
