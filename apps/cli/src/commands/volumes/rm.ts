import { command, yesOption } from '../../frame/command.js';
import { seg } from '../../http/client.js';
import { confirm } from '../../ui/ask.js';

export const volumesRm = command({
  name: 'volumes rm',
  aliases: ['volumes remove'],
  group: 'Config and domains',
  summary: 'Remove a volume that is not used any more, with all that is in it',
  arguments: [{ name: 'VOLUME', about: 'Its name' }],
  app: 'option',
  options: yesOption,
  examples: [['volumes rm data --yes', 'one that berth.toml does not name any more, without being asked']],
  async run(context, input) {
    const { ui, api } = context;
    const name = input.argument('VOLUME');
    await confirm(ui, `Remove the volume ${name} with all that is in it?`, input.options.yes);
    const path = `${await context.appPath()}/volumes/${seg(name)}`;
    await api.delete(path);
    ui.result({ removed: name }, () => ui.done(`The volume ${name} is gone, with all that was in it.`));
  },
});
