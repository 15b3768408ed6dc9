import type { AddOnView } from '#libs/contracts/api/addons.js';
import { command } from '../../frame/command.js';
import { stateColour } from '../../ui/states.js';

export const addOnsList = command({
  name: 'addons',
  aliases: ['addons list'],
  group: 'Add-ons',
  summary: 'List databases and caches, and the apps that use them',
  examples: [['addons', 'of all your teams']],
  async run({ ui, api, team }) {
    ui.list(
      await api.list<AddOnView>('/v1/addons', { team }),
      [
        { title: 'ADD-ON', cell: ({ name }) => name },
        { title: 'KIND', cell: ({ kind }) => kind },
        { title: 'TEAM', cell: (addOn) => addOn.team },
        { title: 'STATE', cell: ({ state }) => stateColour(state, ui.out) },
        {
          title: 'USED BY',
          cell: ({ attachments }) =>
            attachments.map(({ app, variable }) => `${app} (${variable})`).join(', ') || '-',
          shrinks: true,
        },
      ],
      'No add-ons yet. `berth addons create postgres` makes one.',
    );
  },
});
