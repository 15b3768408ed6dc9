import type { AppView } from '#libs/contracts/api/apps.js';
import { command } from '../../frame/command.js';
import { Failure, usage } from '../../frame/failure.js';
import { ask } from '../../ui/ask.js';

export const appsDestroy = command({
  name: 'apps destroy',
  aliases: ['destroy', 'apps delete'],
  group: 'Apps',
  summary: 'Delete an app with all that belongs to it',
  about: [
    'Its instances, releases, config and domains go, and its name is free again. You are asked to type the name.',
  ],
  app: 'argument',
  options: {
    confirm: { type: 'string', value: 'APP', about: 'Name of the app again, instead of being asked' },
  },
  examples: [
    ['destroy hello', 'after being asked'],
    ['destroy hello --confirm hello', 'in a script'],
  ],
  async run(context, { options }) {
    const { ui, api } = context;
    const app = await api.get<AppView>(await context.appPath());
    if (options.confirm === undefined && !ui.asks)
      throw usage(`This would delete ${app.name} for good, and there is nobody to ask.`, [
        `Say so with --confirm ${app.name}.`,
      ]);
    const typed =
      options.confirm ??
      (await ask(ui, `This deletes ${app.name} (${app.url}) for good. Type its name`, {
        instead: `Confirm with --confirm ${app.name}.`,
      }));
    if (typed !== app.name) {
      if (options.confirm !== undefined)
        throw usage(`--confirm names "${typed}", but the app is ${app.name}.`);
      throw new Failure('That is not its name. Nothing was done.', { code: 'declined' });
    }
    await api.delete(`/v1/apps/${app.name}`);
    ui.result({ deleted: app.name }, () => ui.done(`${app.name} is gone; its name is free again.`));
  },
});
