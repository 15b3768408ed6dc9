import type { ConfigView } from '#libs/contracts/api/config.js';
import { formatEnv, shellQuote } from '../../env-file/parse.js';
import { command } from '../../frame/command.js';
import { safe } from '../../ui/text.js';

export const configList = command({
  name: 'config',
  aliases: ['config list'],
  group: 'Config and domains',
  summary: 'Show an app’s config variables',
  app: 'argument',
  options: {
    env: { type: 'boolean', about: 'As a .env file, which `config import` reads back' },
    export: { type: 'boolean', about: 'As export lines for a shell' },
  },
  examples: [
    ['config', 'names and values'],
    ['config --env > .env', 'keep them in a file'],
  ],
  async run(context, { options }) {
    const { ui, api } = context;
    const { vars } = await api.get<ConfigView>(`${await context.appPath()}/config`);
    const values = Object.fromEntries(vars.map(({ key, value }) => [key, value]));
    ui.result(values, () => {
      if (options.env) for (const { key, value } of vars) ui.value(formatEnv(key, value));
      else if (options.export)
        for (const { key, value } of vars) ui.value(`export ${key}=${shellQuote(value)}`);
      else if (vars.length === 0) ui.say('No config variables. `berth config set KEY=VALUE` sets one.');
      else
        ui.facts(
          vars.map(({ key, value }) => [key, safe(value.replaceAll('\n', '⏎')) || '(empty)'] as const),
        );
    });
  },
});
