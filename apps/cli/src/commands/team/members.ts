import type { MemberView } from '#libs/contracts/api/members.js';
import { command } from '../../frame/command.js';
import { seg } from '../../http/client.js';
import { oneTeam } from '../../settings/one-team.js';
import { safe } from '../../ui/text.js';

export const teamMembers = command({
  name: 'team members',
  group: 'Team and access',
  summary: 'List a team’s members and their roles',
  examples: [['team members --team shop', 'of one team']],
  async run(context) {
    const { ui, api } = context;
    ui.list(
      await api.list<MemberView>(`/v1/teams/${seg(await oneTeam(context))}/members`),
      [
        { title: 'E-MAIL', cell: ({ email }) => safe(email) },
        { title: 'NAME', cell: ({ name }) => safe(name), shrinks: true },
        { title: 'ROLE', cell: ({ role }) => role },
        { title: 'SINCE', cell: ({ createdAt }) => createdAt.slice(0, 10) },
      ],
      'No members.',
    );
  },
});
