import type { ChangedConfig } from '#libs/contracts/api/config.js';
import { isConfigKey } from '#libs/core/names.js';
import { showChange } from '../../deployment/change.js';
import { followOptions } from '../../deployment/follow.js';
import { describeChanges } from '../../env-file/changes.js';
import { command } from '../../frame/command.js';
import { usage } from '../../frame/failure.js';
import { readPipe } from '../../ui/ask.js';

export const configSet = command({
  name: 'config set',
  group: 'Config and domains',
  summary: 'Set config variables; one release for all of them',
  about: [
    'A running app gets one new release with the same image, without a lost request. What stands on a command line is seen by other processes of the machine and kept in the shell’s history: KEY=- reads the value from standard input.',
  ],
  arguments: [
    {
      name: 'KEY=VALUE',
      looksLike: /=/,
      about: 'Variable and its value; `KEY=-` reads the value from standard input',
      many: true,
    },
  ],
  app: 'argument',
  options: followOptions,
  examples: [
    ['config set COLOUR=blue LEVEL=debug', 'two variables, one release'],
    ['config set hello COLOUR=blue', 'of another app than this folder’s'],
    ['config set API_KEY=- < key.txt', 'a secret that is not on the command line'],
  ],
  async run(context, input) {
    const vars: Record<string, string> = {};
    for (const word of input.all('KEY=VALUE')) {
      const equals = word.indexOf('=');
      const key = equals < 0 ? word : word.slice(0, equals);
      if (equals < 0 || !isConfigKey(key))
        throw usage(
          `"${key}" is not KEY=VALUE.`,
          'A name has letters, digits and underscores, and does not start with a digit.',
        );
      const value = word.slice(equals + 1);
      vars[key] = value === '-' ? (await readPipe(context.ui)).replace(/\r?\n$/, '') : value;
    }
    const changed = await context.api.patch<ChangedConfig>(`${await context.appPath()}/config`, { vars });
    return showChange(context, changed, describeChanges(vars), input.options);
  },
});
