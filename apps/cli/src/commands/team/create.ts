import type { TeamView } from '#libs/contracts/api/teams.js';
import { command } from '../../frame/command.js';

export const teamCreate = command({
  name: 'team create',
  group: 'Team and access',
  summary: 'Create a team; you become its owner',
  arguments: [{ name: 'NAME', about: 'Lower-case letters, digits and hyphens' }],
  options: { title: { type: 'string', value: 'TEXT', about: 'How pages call it' } },
  examples: [['team create shop --title "The shop"', 'a team']],
  async run({ ui, api }, input) {
    const team = await api.post<TeamView>('/v1/teams', {
      slug: input.argument('NAME'),
      name: input.options.title,
    });
    ui.result(team, () => {
      ui.done(`Created team ${ui.err.bold(team.slug)}.`);
      ui.say(`  \`berth team use ${team.slug}\` makes it the one that you act in.`);
    });
  },
});
