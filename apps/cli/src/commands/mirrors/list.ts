import type { MirrorLists } from '#libs/contracts/api/mirrors.js';
import { command } from '../../frame/command.js';
import { listMirrors } from '../../ui/mirrors.js';

export const mirrorsList = command({
  name: 'mirrors',
  aliases: ['mirrors list'],
  group: 'More',
  summary: 'Show where images and packages come from, and how well each mirror does',
  about: ['For administrators. Each kind’s mirrors are in the order in which builds try them now.'],
  options: {
    check: { type: 'boolean', about: 'Ask all of them now; otherwise what the last check showed' },
  },
  examples: [
    ['mirrors', 'all kinds'],
    ['mirrors --check', 'after asking each of them'],
  ],
  async run({ ui, api }, { options }) {
    const { items } = options.check
      ? await api.post<MirrorLists>('/v1/platform/mirrors/check')
      : await api.get<MirrorLists>('/v1/platform/mirrors');
    listMirrors(ui, items);
  },
});
