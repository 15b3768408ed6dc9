import type { ChangedConfig } from '#libs/contracts/api/config.js';
import { showChange } from '../../deployment/change.js';
import { followOptions } from '../../deployment/follow.js';
import { describeChanges } from '../../env-file/changes.js';
import { command } from '../../frame/command.js';

export const configUnset = command({
  name: 'config unset',
  aliases: ['config remove'],
  group: 'Config and domains',
  summary: 'Remove config variables; one release for all of them',
  arguments: [{ name: 'KEY', looksLike: /[A-Z_]/, about: 'Name of a variable', many: true }],
  app: 'argument',
  options: followOptions,
  examples: [['config unset COLOUR LEVEL', 'two variables, one release']],
  async run(context, input) {
    const vars = Object.fromEntries(input.all('KEY').map((key) => [key, null]));
    const changed = await context.api.patch<ChangedConfig>(`${await context.appPath()}/config`, { vars });
    return showChange(context, changed, describeChanges(vars), input.options);
  },
});
