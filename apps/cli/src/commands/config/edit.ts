import type { ChangedConfig, ConfigView } from '#libs/contracts/api/config.js';
import { showChange } from '../../deployment/change.js';
import { followOptions } from '../../deployment/follow.js';
import { changesBetween, describeChanges, ownVars } from '../../env-file/changes.js';
import { editText } from '../../env-file/editor.js';
import { formatEnv, parseEnv } from '../../env-file/parse.js';
import { command, yesOption } from '../../frame/command.js';
import { confirm } from '../../ui/ask.js';

export const configEdit = command({
  name: 'config edit',
  group: 'Config and domains',
  summary: 'Change config variables in your editor; one release for all of them',
  about: ['Opens VISUAL, EDITOR or vi. What you changed is shown, by name, before it is sent.'],
  app: 'argument',
  options: { ...yesOption, ...followOptions },
  examples: [
    ['config edit', 'in your editor'],
    ['config edit --yes', 'without the question afterwards'],
  ],
  async run(context, { options }) {
    const { ui, api } = context;
    const app = await context.app();
    const path = `${await context.appPath()}/config`;
    const before = ownVars(await api.get<ConfigView>(path));
    const lines = [
      `# Config variables of ${app}: KEY=VALUE, one a line; a line that goes removes its variable.`,
      '# Save and leave to send the changes.',
      ...[...before].map(([key, value]) => formatEnv(key, value)),
    ];
    const after = parseEnv(await editText(`${lines.join('\n')}\n`, context.env), 'Your text');
    const vars = changesBetween(before, after);
    if (Object.keys(vars).length === 0)
      return showChange(context, { outcome: 'unchanged', deployment: null }, '', options);
    await confirm(ui, `${describeChanges(vars)}. Send this?`, options.yes);
    const changed = await api.patch<ChangedConfig>(path, { vars });
    return showChange(context, changed, describeChanges(vars), options);
  },
});
