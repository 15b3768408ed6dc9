import type { MirrorList } from '#libs/contracts/api/mirrors.js';
import { mirrorKinds } from '#libs/core/mirrors.js';
import { command } from '../../frame/command.js';
import { seg } from '../../http/client.js';
import { listMirrors } from '../../ui/mirrors.js';

export const mirrorsSet = command({
  name: 'mirrors set',
  group: 'More',
  summary: 'Give a kind of registry its mirrors, in order',
  about: [
    'For administrators. “default” is what the host itself is set to; it comes first unless you put it elsewhere. Without a URL the list is emptied.',
  ],
  arguments: [
    { name: 'KIND', about: mirrorKinds.join(', '), completes: mirrorKinds },
    { name: 'URL', about: 'Addresses in order, or “default”', optional: true, many: true },
  ],
  examples: [
    ['mirrors set npm https://mirror.example/npm', 'after the host’s own'],
    ['mirrors set pypi https://mirror.example/simple default', 'before it'],
    ['mirrors set pypi', 'back to the host’s own alone'],
  ],
  async run({ ui, api }, input) {
    const kind = input.argument('KIND');
    const path = `/v1/platform/mirrors/${seg(kind)}`;
    const list = await api.put<MirrorList>(path, { mirrors: input.all('URL') });
    listMirrors(ui, [list]);
  },
});
