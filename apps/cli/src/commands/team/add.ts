import type { AddedMember } from '#libs/contracts/api/members.js';
import { command } from '../../frame/command.js';
import { seg } from '../../http/client.js';
import { readRole, roleOption } from '../../settings/member.js';
import { oneTeam } from '../../settings/one-team.js';

export const teamAdd = command({
  name: 'team add',
  group: 'Team and access',
  summary: 'Add somebody to a team',
  about: ['Who is not known yet gets an account, and a first password that is printed once.'],
  arguments: [{ name: 'EMAIL', about: 'E-mail address' }],
  options: roleOption,
  examples: [['team add jo@example.org --role viewer', 'somebody who may look']],
  async run(context, input) {
    const { ui, api } = context;
    const role = readRole(input.options.role);
    const team = await oneTeam(context);
    const added = await api.post<AddedMember>(`/v1/teams/${seg(team)}/members`, {
      email: input.argument('EMAIL'),
      role,
    });
    ui.result(added, () => {
      ui.done(`${added.member.email} is ${added.member.role} in ${team}.`);
      if (added.password === null) return;
      ui.say('  A new account. This is the only time that its password is shown:');
      ui.print(added.password);
    });
  },
});
