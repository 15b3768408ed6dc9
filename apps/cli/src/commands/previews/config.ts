import type { PreviewConfig } from '#libs/contracts/api/previews.js';
import { isConfigKey } from '#libs/core/names.js';
import { command } from '../../frame/command.js';
import { usage } from '../../frame/failure.js';
import { readPipe } from '../../ui/ask.js';

export const previewsConfig = command({
  name: 'previews config',
  group: 'Deploy',
  summary: 'Set the config variables that new previews get',
  about: [
    'Previews that are there keep theirs: a preview is an app, `berth config set --app PREVIEW` changes it. Values are not shown again.',
  ],
  arguments: [
    {
      name: 'KEY=VALUE',
      about:
        'Variable and its value; `KEY=-` reads it from standard input, `KEY=` removes the variable; nothing lists them',
      optional: true,
      many: true,
    },
  ],
  app: 'option',
  examples: [['previews config DATABASE_URL=postgres://test', 'for previews made from now on']],
  async run(context, input) {
    const { ui, api } = context;
    const path = `${await context.appPath()}/previews/config`;
    const words = input.all('KEY=VALUE');
    const vars: Record<string, string | null> = {};
    for (const word of words) {
      const at = word.indexOf('=');
      const key = word.slice(0, at);
      if (at < 1 || !isConfigKey(key)) throw usage(`"${word}" is not KEY=VALUE.`);
      const value = word.slice(at + 1);
      vars[key] = value === '' ? null : value === '-' ? (await readPipe(ui)).replace(/\r?\n$/, '') : value;
    }
    const { keys } =
      words.length === 0
        ? await api.get<PreviewConfig>(path)
        : await api.patch<PreviewConfig>(path, { vars });
    return ui.result({ keys }, () =>
      ui.say(keys.length === 0 ? 'Previews get no variables.' : `Previews get ${keys.join(', ')}.`),
    );
  },
});
