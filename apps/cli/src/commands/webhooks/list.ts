import type { WebhookList } from '#libs/contracts/api/webhooks.js';
import { command } from '../../frame/command.js';
import { webhooksPath, wholeTeamOption } from '../../settings/webhook.js';
import { safe } from '../../ui/text.js';

export const webhooksList = command({
  name: 'webhooks',
  aliases: ['webhooks list'],
  group: 'Watch',
  summary: 'List where events of an app, or of a team, are sent to',
  app: 'argument',
  options: wholeTeamOption,
  examples: [
    ['webhooks hello', 'of an app'],
    ['webhooks --whole-team --team shop', 'of a team'],
  ],
  async run(context, { options }) {
    const { ui, api } = context;
    const { items } = await api.get<WebhookList>(await webhooksPath(context, options['whole-team']));
    ui.list(
      items,
      [
        { title: 'WEBHOOK', cell: ({ id }) => id.slice(-8) },
        { title: 'ADDRESS', cell: ({ url }) => safe(url), shrinks: true },
        { title: 'EVENTS', cell: ({ kinds }) => kinds.join(', '), shrinks: true },
        { title: 'ON', cell: ({ enabled }) => (enabled ? 'yes' : ui.out.red('no')) },
        { title: 'REASON', cell: ({ reason }) => safe(reason ?? ''), shrinks: true },
      ],
      'No webhooks. `berth webhooks add URL` adds one.',
    );
  },
});
