import type { ChangedConfig, ConfigView } from '#libs/contracts/api/config.js';
import { showChange } from '../../deployment/change.js';
import { followOptions } from '../../deployment/follow.js';
import { command } from '../../frame/command.js';
import { Failure, usage } from '../../frame/failure.js';
import { seg } from '../../http/client.js';

export const addOnsDetach = command({
  name: 'addons detach',
  group: 'Add-ons',
  summary: 'Take the URL of an add-on away from an app',
  about: ['The data stays, and so does the password: who has copied the URL can use it on.'],
  arguments: [{ name: 'ADDON', about: 'Name of the add-on' }],
  app: 'option',
  options: {
    as: { type: 'string', value: 'NAME', about: 'Which variable, where it is attached under several names' },
    ...followOptions,
  },
  examples: [['addons detach data --app hello', 'hello gets a release without it']],
  async run(context, input) {
    const addOn = input.argument('ADDON');
    const app = await context.appPath();
    const { vars } = await context.api.get<ConfigView>(`${app}/config`);
    const { as } = input.options;
    const [found, ...more] = vars.filter(
      (one) => one.addOn === addOn && (as === undefined || one.key === as),
    );
    if (found === undefined)
      throw new Failure(`${addOn} is not attached to ${await context.app()}.`, {
        todo: '`berth addons` shows which add-ons are attached to what.',
        exit: 'missing',
      });
    if (more.length > 0)
      throw usage(
        `${addOn} is attached under several names: ${[found, ...more].map(({ key }) => key).join(', ')}.`,
        'Choose one with --as.',
      );
    const changed = await context.api.delete<ChangedConfig>(`${app}/attachments/${seg(found.key)}`);
    return showChange(context, changed, `Detached ${addOn}`, input.options);
  },
});
