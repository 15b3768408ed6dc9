import { command, yesOption } from '../../frame/command.js';
import { confirm } from '../../ui/ask.js';
import { seg } from '../../http/client.js';

export const addOnsRemove = command({
  name: 'addons remove',
  aliases: ['addons rm', 'addons delete'],
  group: 'Add-ons',
  summary: 'Delete an add-on with all its data',
  about: ['Only one that no app uses: detach it everywhere first. Berth keeps no backup of it.'],
  arguments: [{ name: 'ADDON', about: 'Name of the add-on' }],
  options: yesOption,
  examples: [
    ['addons remove data --yes', 'without being asked'],
    ['addons remove data', 'after being asked'],
  ],
  async run({ ui, api }, input) {
    const name = input.argument('ADDON');
    await confirm(ui, `This deletes ${name} and all its data for good. Go on?`, input.options.yes);
    await api.delete(`/v1/addons/${seg(name)}`);
    ui.result({ deleted: name }, () => ui.done(`${name} and its data are gone.`));
  },
});
