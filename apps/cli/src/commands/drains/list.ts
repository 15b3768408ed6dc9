import type { DrainList } from '#libs/contracts/api/drains.js';
import { command } from '../../frame/command.js';
import { safe } from '../../ui/text.js';
import { ago } from '../../ui/units.js';

export const drainsList = command({
  name: 'drains',
  aliases: ['drains list'],
  group: 'Watch',
  summary: 'List where an app’s log is sent to',
  app: 'argument',
  examples: [['drains hello', 'and how many lines went there']],
  async run(context) {
    const { ui, api } = context;
    const { items } = await api.get<DrainList>(`${await context.appPath()}/drains`);
    const now = new Date();
    ui.list(
      items,
      [
        { title: 'DRAIN', cell: ({ id }) => id.slice(-8) },
        { title: 'ADDRESS', cell: ({ url }) => safe(url), shrinks: true },
        { title: 'SENT', cell: ({ sent }) => String(sent), align: 'right' },
        { title: 'DROPPED', cell: ({ dropped }) => String(dropped), align: 'right' },
        { title: 'LAST', cell: ({ lastAt }) => (lastAt === null ? '-' : ago(lastAt, now)) },
        { title: 'REASON', cell: ({ reason }) => safe(reason ?? ''), shrinks: true },
      ],
      'No drains. `berth drains add URL` adds one.',
    );
  },
});
