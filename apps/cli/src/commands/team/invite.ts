import type { MadeInvitation } from '#libs/contracts/api/invitations.js';
import { command } from '../../frame/command.js';
import { seg } from '../../http/client.js';
import { readRole, roleOption } from '../../settings/member.js';
import { oneTeam } from '../../settings/one-team.js';

export const teamInvite = command({
  name: 'team invite',
  group: 'Team and access',
  summary: 'Invite somebody to a team by a link',
  about: [
    'The link is printed once and is good once, for seven days. Who has no account yet chooses a password there.',
  ],
  arguments: [{ name: 'EMAIL', about: 'E-mail address' }],
  options: roleOption,
  examples: [['team invite jo@example.org --role viewer', 'a link for somebody who may look']],
  async run(context, input) {
    const { ui, api } = context;
    const role = readRole(input.options.role);
    const team = await oneTeam(context);
    const email = input.argument('EMAIL');
    const made = await api.post<MadeInvitation>(`/v1/teams/${seg(team)}/invitations`, { email, role });
    ui.result(made, () => {
      ui.done(`${made.invitation.email} may join ${team} as ${role}. Give them this link:`);
      ui.print(made.url);
    });
  },
});
