import type { ReleaseView } from '#libs/contracts/api/releases.js';
import { command } from '../../frame/command.js';
import { safe } from '../../ui/text.js';
import { ago } from '../../ui/units.js';

export const releasesList = command({
  name: 'releases',
  aliases: ['releases list'],
  group: 'Deploy',
  summary: 'List releases, newest first',
  app: 'argument',
  options: { limit: { type: 'number', short: 'n', value: 'N', about: 'At most so many (20)' } },
  examples: [
    ['releases', 'of this folder’s app'],
    ['releases hello --json', 'of another, for programs'],
  ],
  async run(context, { options }) {
    const { ui, api } = context;
    const list = await api.list<ReleaseView>(`${await context.appPath()}/releases`, {}, options.limit ?? 20);
    const now = new Date();
    ui.list(
      list,
      [
        { title: 'RELEASE', cell: ({ number }) => `v${number}` },
        {
          title: '',
          cell: ({ live, collectedAt }) =>
            live ? ui.out.green('live') : collectedAt === null ? '' : 'image removed',
        },
        { title: 'WHEN', cell: ({ createdAt }) => ago(createdAt, now) },
        { title: 'WHO', cell: ({ createdBy }) => createdBy ?? 'Berth', shrinks: true },
        { title: 'WHAT', cell: ({ description }) => safe(description), shrinks: true },
      ],
      'No releases yet. `berth deploy` makes one.',
    );
  },
});
