import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ChangedConfig, ConfigView } from '#libs/contracts/api/config.js';
import { isReservedConfigKey } from '#libs/core/names.js';
import { showChange } from '../../deployment/change.js';
import { followOptions } from '../../deployment/follow.js';
import { changesBetween, describeChanges, ownVars } from '../../env-file/changes.js';
import { parseEnv } from '../../env-file/parse.js';
import { command } from '../../frame/command.js';
import { usage } from '../../frame/failure.js';
import { readPipe } from '../../ui/ask.js';

export const configImport = command({
  name: 'config import',
  group: 'Config and domains',
  summary: 'Set all variables of a .env file; one release for all of them',
  arguments: [{ name: 'FILE', about: 'A .env file, or - for standard input', completes: 'file' }],
  app: 'option',
  options: {
    replace: { type: 'boolean', about: 'Remove the variables that the file does not have' },
    ...followOptions,
  },
  examples: [
    ['config import .env', 'add and change'],
    ['config import --replace production.env', 'exactly those of the file'],
  ],
  async run(context, input) {
    const { ui, api } = context;
    const file = input.argument('FILE');
    const text =
      file === '-'
        ? await readPipe(ui, 4 << 20)
        : await readFile(resolve(context.cwd, file), 'utf8').catch((cause: Error) => {
            throw usage(`${file} cannot be read: ${cause.message}.`);
          });
    const wanted = parseEnv(text, file === '-' ? 'Standard input' : file);
    for (const key of [...wanted.keys()].filter(isReservedConfigKey)) {
      ui.warn(`${key} is left out: the platform sets it.`);
      wanted.delete(key);
    }
    const path = `${await context.appPath()}/config`;
    const before = ownVars(await api.get<ConfigView>(path));
    const vars = changesBetween(before, input.options.replace ? wanted : new Map([...before, ...wanted]));
    if (Object.keys(vars).length === 0)
      return showChange(context, { outcome: 'unchanged', deployment: null }, '', input.options);
    const changed = await api.patch<ChangedConfig>(path, { vars });
    return showChange(context, changed, describeChanges(vars), input.options);
  },
});
