import type { ChangedConfig } from '#libs/contracts/api/config.js';
import { showChange } from '../../deployment/change.js';
import { followOptions } from '../../deployment/follow.js';
import { command } from '../../frame/command.js';

export const addOnsAttach = command({
  name: 'addons attach',
  group: 'Add-ons',
  summary: 'Give an app the URL of an add-on, in a variable that Berth keeps',
  about: [
    'The app gets DATABASE_URL or REDIS_URL, and a running one a new release. Previews of its branches do not get it: attach one of their own to them.',
  ],
  arguments: [{ name: 'ADDON', about: 'Name of an add-on of the app’s team' }],
  app: 'option',
  options: {
    as: { type: 'string', value: 'NAME', about: 'Another name for the variable' },
    ...followOptions,
  },
  examples: [
    ['addons attach data --app hello', 'DATABASE_URL of hello'],
    ['addons attach archive --as ARCHIVE_URL', 'a second one'],
  ],
  async run(context, input) {
    const addOn = input.argument('ADDON');
    const body = { addOn, variable: input.options.as };
    const changed = await context.api.post<ChangedConfig>(`${await context.appPath()}/attachments`, body);
    return showChange(context, changed, `Attached ${addOn}`, input.options);
  },
});
