import type { AppView } from '#libs/contracts/api/apps.js';
import { command } from '../../frame/command.js';
import { ago } from '../../ui/units.js';
import { stateColour } from '../../ui/states.js';

export const appsList = command({
  name: 'apps',
  aliases: ['apps list', 'list', 'ls'],
  group: 'Apps',
  summary: 'List your apps',
  options: {
    search: { type: 'string', short: 's', value: 'TEXT', about: 'Only apps whose name holds this' },
  },
  examples: [
    ['apps', 'all apps of your teams'],
    ['apps --team shop --search api', 'some of one team'],
    ['apps --json', 'for programs'],
  ],
  async run({ ui, api, team }, { options }) {
    const apps = await api.list<AppView>('/v1/apps', { team, search: options.search });
    const now = new Date();
    ui.list(
      apps,
      [
        { title: 'APP', cell: ({ name }) => name },
        { title: 'TEAM', cell: (app) => app.team },
        { title: 'STATE', cell: ({ state }) => stateColour(state, ui.out) },
        { title: 'RELEASE', cell: ({ liveRelease }) => (liveRelease ? `v${liveRelease.number}` : '-') },
        {
          title: 'DEPLOYED',
          cell: ({ lastDeployment }) => (lastDeployment ? ago(lastDeployment.createdAt, now) : '-'),
        },
        { title: 'URL', cell: ({ url }) => url, shrinks: true },
      ],
      'No apps yet. `berth deploy --create` makes one of this folder.',
    );
  },
});
