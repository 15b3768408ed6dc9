import type { VolumeList } from '#libs/contracts/api/volumes.js';
import { command } from '../../frame/command.js';
import { size } from '../../ui/units.js';

export const volumesList = command({
  name: 'volumes',
  aliases: ['volumes list'],
  group: 'Config and domains',
  summary: 'List an app’s volumes, with their size and use',
  about: ['berth.toml names them: `[volumes]`, and a line like data = "/app/data".'],
  app: 'argument',
  examples: [['volumes', 'of this folder’s app']],
  async run(context) {
    const { ui, api } = context;
    const { items } = await api.get<VolumeList>(`${await context.appPath()}/volumes`);
    ui.list(
      items,
      [
        { title: 'VOLUME', cell: ({ name }) => name },
        { title: 'PATH', cell: ({ path }) => path ?? 'unused' },
        { title: 'SIZE', cell: ({ sizeBytes }) => (sizeBytes === null ? '-' : size(sizeBytes)) },
        { title: 'SINCE', cell: ({ createdAt }) => createdAt.slice(0, 10) },
      ],
      'No volumes. `[volumes]` in berth.toml names them.',
    );
  },
});
