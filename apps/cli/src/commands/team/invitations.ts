import type { InvitationList } from '#libs/contracts/api/invitations.js';
import { command } from '../../frame/command.js';
import { usage } from '../../frame/failure.js';
import { seg } from '../../http/client.js';
import { oneTeam } from '../../settings/one-team.js';
import { safe } from '../../ui/text.js';
import { ago } from '../../ui/units.js';

export const teamInvitations = command({
  name: 'team invitations',
  group: 'Team and access',
  summary: 'List a team’s open invitations, or withdraw one',
  options: { withdraw: { type: 'string', value: 'EMAIL', about: 'Withdraw the invitation of this address' } },
  examples: [['team invitations --withdraw jo@example.org', 'their link is good no more']],
  async run(context, { options }) {
    const { ui, api } = context;
    const path = `/v1/teams/${seg(await oneTeam(context))}/invitations`;
    const { items } = await api.get<InvitationList>(path);
    if (options.withdraw === undefined) {
      const now = new Date();
      return ui.list(
        items,
        [
          { title: 'EMAIL', cell: ({ email }) => safe(email) },
          { title: 'ROLE', cell: ({ role }) => role },
          { title: 'INVITED', cell: ({ createdAt }) => ago(createdAt, now) },
          { title: 'BY', cell: ({ createdBy }) => safe(createdBy) },
        ],
        'No open invitations. `berth team invite EMAIL` makes one.',
      );
    }
    const wanted = options.withdraw.toLowerCase();
    const found = items.find(({ email }) => email === wanted);
    if (found === undefined)
      throw usage(`${wanted} has no open invitation.`, '`berth team invitations` lists them.');
    await api.delete(`${path}/${seg(found.id)}`);
    ui.result({ withdrawn: found.email }, () => ui.done(`The invitation of ${found.email} is withdrawn.`));
  },
});
