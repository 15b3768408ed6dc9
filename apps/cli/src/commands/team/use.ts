import type { TeamView } from '#libs/contracts/api/teams.js';
import { command } from '../../frame/command.js';
import { Failure } from '../../frame/failure.js';
import { seg } from '../../http/client.js';
import { writeConfigFile } from '../../settings/config-file.js';

export const teamUse = command({
  name: 'team use',
  group: 'Team and access',
  summary: 'Choose the team to act in from now on',
  arguments: [
    { name: 'TEAM', about: 'The team; left out: none in particular', optional: true, completes: 'team' },
  ],
  examples: [
    ['team use shop', 'new apps and lists are of this team'],
    ['team use', 'of all your teams again'],
  ],
  async run({ ui, api, settings }, input) {
    const { saved, file, url, path } = settings;
    if (saved === null)
      throw new Failure('There is no login to remember this for.', {
        todo: 'Use BERTH_TEAM, or `berth login` first.',
      });
    const wanted = input.optional('TEAM');
    const team =
      wanted === undefined ? undefined : (await api.get<TeamView>(`/v1/teams/${seg(wanted)}`)).slug;
    const { team: _before, ...rest } = saved;
    const platforms = { ...file.platforms, [url]: { ...rest, ...(team !== undefined && { team }) } };
    await writeConfigFile(path, { ...file, platforms });
    ui.result({ team: team ?? null }, () =>
      ui.done(team ? `You act in ${team}.` : 'You act in all your teams.'),
    );
  },
});
