import type { ConfigView } from '#libs/contracts/api/config.js';
import { command } from '../../frame/command.js';
import { Failure } from '../../frame/failure.js';
import { didYouMean } from '#libs/core/suggest.js';

export const configGet = command({
  name: 'config get',
  group: 'Config and domains',
  summary: 'Print the value of one config variable, as it is',
  arguments: [{ name: 'KEY', looksLike: /[A-Z_]/, about: 'Name of the variable' }],
  app: 'argument',
  examples: [['config get DATABASE_URL', 'the value alone, for scripts']],
  async run(context, input) {
    const { ui, api } = context;
    const key = input.argument('KEY');
    const { vars } = await api.get<ConfigView>(`${await context.appPath()}/config`);
    const found = vars.find((one) => one.key === key);
    if (!found)
      throw new Failure(`${await context.app()} has no config variable ${key}.`, {
        todo:
          didYouMean(
            key,
            vars.map((one) => one.key),
          ) ?? '`berth config` lists them.',
        exit: 'missing',
      });
    ui.result({ [key]: found.value }, () => ui.value(found.value));
  },
});
