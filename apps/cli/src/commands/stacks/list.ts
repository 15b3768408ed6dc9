import type { StackList } from '#libs/contracts/api/stacks.js';
import { command } from '../../frame/command.js';
import { ago } from '../../ui/units.js';

export const stacksList = command({
  name: 'stacks',
  aliases: ['stacks list'],
  group: 'More',
  summary: 'Show the images that languages stand on, and the apps that stand on older ones',
  about: [
    'For administrators. `node infra/berth.mjs stacks --check`, on the host, tells what Debian has newer, and `--renew` makes them anew of that.',
  ],
  examples: [['stacks', 'all stacks of this host']],
  async run({ ui, api }) {
    const now = new Date();
    const { items } = await api.get<StackList>('/v1/platform/stacks');
    if (ui.json) return ui.document(items);
    ui.list(
      items,
      [
        { title: 'STACK', cell: ({ name }) => name },
        { title: 'IMAGE', cell: ({ image }) => image ?? 'made when an app needs it' },
        { title: 'MADE', cell: ({ madeAt }) => (madeAt === null ? '' : ago(madeAt, now)) },
        { title: 'APPS', cell: ({ current }) => String(current) },
        {
          title: 'APPS ON OLDER ONES',
          cell: ({ behind }) => behind.map(({ team, app }) => `${team}/${app}`).join(', '),
        },
      ],
      'There are no stack images yet.',
    );
    if (items.some(({ behind }) => behind.length > 0))
      ui.say('`berth stacks rebuild` builds these apps again, from the source that is live.');
  },
});
