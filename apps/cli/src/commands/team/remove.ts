import { command, yesOption } from '../../frame/command.js';
import { seg } from '../../http/client.js';
import { memberByEmail } from '../../settings/member.js';
import { oneTeam } from '../../settings/one-team.js';
import { confirm } from '../../ui/ask.js';

export const teamRemove = command({
  name: 'team remove',
  group: 'Team and access',
  summary: 'Remove somebody from a team; the account stays',
  arguments: [{ name: 'EMAIL', about: 'E-mail address of the member' }],
  options: yesOption,
  examples: [['team remove jo@example.org --yes', 'without being asked']],
  async run(context, input) {
    const { ui, api } = context;
    const team = await oneTeam(context);
    const member = await memberByEmail(context, team, input.argument('EMAIL'));
    await confirm(ui, `Remove ${member.email} from ${team}?`, input.options.yes);
    await api.delete(`/v1/teams/${seg(team)}/members/${seg(member.userId)}`);
    ui.result({ removed: member.email }, () => ui.done(`${member.email} is no longer in ${team}.`));
  },
});
