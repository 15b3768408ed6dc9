import type { DomainView } from '#libs/contracts/api/domains.js';
import { command } from '../../frame/command.js';

export const domainsList = command({
  name: 'domains',
  aliases: ['domains list'],
  group: 'Config and domains',
  summary: 'List an app’s own domains',
  app: 'argument',
  examples: [['domains', 'of this folder’s app']],
  async run(context) {
    const { ui, api } = context;
    ui.list(
      await api.list<DomainView>(`${await context.appPath()}/domains`),
      [
        { title: 'DOMAIN', cell: ({ name }) => name },
        { title: 'URL', cell: ({ url }) => url },
        { title: 'SINCE', cell: ({ createdAt }) => createdAt.slice(0, 10) },
      ],
      'No domains of its own. `berth domains add NAME` adds one.',
    );
  },
});
