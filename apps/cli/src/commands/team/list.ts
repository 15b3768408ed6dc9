import type { TeamView } from '#libs/contracts/api/teams.js';
import { command } from '../../frame/command.js';
import { safe } from '../../ui/text.js';

export const teamList = command({
  name: 'team',
  aliases: ['team list', 'teams'],
  group: 'Team and access',
  summary: 'List your teams',
  examples: [['team', 'and your role in each']],
  async run({ ui, api, settings }) {
    ui.list(
      await api.list<TeamView>('/v1/teams'),
      [
        { title: 'TEAM', cell: ({ slug }) => `${slug}${slug === settings.team ? ' *' : ''}` },
        { title: 'NAME', cell: ({ name }) => safe(name), shrinks: true },
        { title: 'ROLE', cell: ({ role }) => role ?? '-' },
        { title: 'MEMBERS', cell: ({ members }) => String(members), align: 'right' },
        { title: 'APPS', cell: ({ apps }) => String(apps), align: 'right' },
      ],
      'You are in no team. `berth team create NAME` makes one.',
    );
  },
});
