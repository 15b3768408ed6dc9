import type { MemberView } from '#libs/contracts/api/members.js';
import { roles } from '#libs/core/roles.js';
import { command } from '../../frame/command.js';
import { seg } from '../../http/client.js';
import { memberByEmail, readRole } from '../../settings/member.js';
import { oneTeam } from '../../settings/one-team.js';

export const teamRole = command({
  name: 'team role',
  group: 'Team and access',
  summary: 'Change a member’s role',
  arguments: [
    { name: 'EMAIL', about: 'E-mail address of the member' },
    { name: 'ROLE', about: 'viewer, developer or owner', completes: roles },
  ],
  examples: [['team role jo@example.org owner', 'make an owner']],
  async run(context, input) {
    const { ui, api } = context;
    const role = readRole(input.argument('ROLE'));
    const team = await oneTeam(context);
    const { userId } = await memberByEmail(context, team, input.argument('EMAIL'));
    const member = await api.patch<MemberView>(`/v1/teams/${seg(team)}/members/${seg(userId)}`, { role });
    ui.result(member, () => ui.done(`${member.email} is ${member.role} in ${team}.`));
  },
});
