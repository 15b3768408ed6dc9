import type { DrainList } from '#libs/contracts/api/drains.js';
import { command } from '../../frame/command.js';
import { byId } from '../../settings/by-id.js';

export const drainsRemove = command({
  name: 'drains remove',
  group: 'Watch',
  summary: 'Send an app’s log there no more',
  arguments: [{ name: 'DRAIN', about: 'Id, or the end of it as `berth drains` shows' }],
  app: 'option',
  examples: [['drains remove 9c2f41aa', 'what still waits is not sent']],
  async run(context, input) {
    const { ui, api } = context;
    const path = `${await context.appPath()}/drains`;
    const { items } = await api.get<DrainList>(path);
    const { id, url } = byId(items, input.argument('DRAIN'), {
      what: 'drain',
      todo: '`berth drains` lists them.',
    });
    await api.delete(`${path}/${id}`);
    ui.result({ removed: id }, () => ui.done(`${url} gets nothing any more.`));
  },
});
