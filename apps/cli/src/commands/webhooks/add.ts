import type { CreatedWebhook } from '#libs/contracts/api/webhooks.js';
import { command } from '../../frame/command.js';
import { webhooksPath, wholeTeamOption } from '../../settings/webhook.js';

export const webhooksAdd = command({
  name: 'webhooks add',
  group: 'Watch',
  summary: 'Have events sent to an address, signed',
  about: [
    'Messages are signed as Standard Webhooks does, with a secret that is shown this once. Without --event they tell of deployments, of releases that went live, of jobs that failed, and of apps that come and go.',
  ],
  arguments: [
    { name: 'URL', looksLike: /:/, about: 'Of the receiver; not inside of the platform’s network' },
  ],
  app: 'argument',
  options: {
    ...wholeTeamOption,
    event: {
      type: 'string',
      short: 'e',
      value: 'KIND',
      many: true,
      about: 'Kind of event, as `berth events` shows; more than once for more',
    },
  },
  examples: [
    ['webhooks add https://ci.example.org/berth --app hello', 'the usual events of an app'],
    ['webhooks add https://chat.example.org/x --whole-team -e job.failed', 'failed jobs of all apps'],
  ],
  async run(context, input) {
    const { ui, api } = context;
    const { event: kinds } = input.options;
    const path = await webhooksPath(context, input.options['whole-team']);
    const body = { url: input.argument('URL'), ...(kinds && { kinds }) };
    const created = await api.post<CreatedWebhook>(path, body);
    ui.result(created, () => {
      ui.done(
        `Webhook ${created.id.slice(-8)} tells of ${created.kinds.join(', ')}. Its secret, shown this once:`,
      );
      ui.print(created.secret);
    });
  },
});
