import type { AppView, ChangedApp } from '#libs/contracts/api/apps.js';
import { showChange } from '../../deployment/change.js';
import { followOptions } from '../../deployment/follow.js';
import { command } from '../../frame/command.js';
import { usage } from '../../frame/failure.js';

export const scale = command({
  name: 'scale',
  aliases: ['ps scale'],
  group: 'Apps',
  summary: 'Choose how many instances run',
  arguments: [
    {
      name: 'PROCESS=COUNT',
      about: 'For example web=2; a bare number means web; nothing shows the scale',
      optional: true,
      many: true,
    },
  ],
  app: 'option',
  options: followOptions,
  examples: [
    ['scale', 'how is it now?'],
    ['scale web=3', 'three web instances'],
    ['scale 2', 'two web instances'],
  ],
  async run(context, input) {
    const { ui, api } = context;
    const words = input.all('PROCESS=COUNT');
    const path = await context.appPath();
    if (words.length === 0) {
      const { scale: now } = await api.get<AppView>(path);
      return ui.result(now, () =>
        ui.facts(Object.entries(now).map(([name, count]) => [name, String(count)] as const)),
      );
    }
    const wanted = Object.fromEntries(words.map(readScale));
    const changed = await api.patch<ChangedApp>(path, { scale: wanted });
    return showChange(context, changed, `Scaled to ${words.join(' ')}`, input.options);
  },
});

function readScale(word: string): [string, number] {
  const [, name = 'web', count] = /^(?:([a-z][a-z0-9-]*)=)?(\d{1,4})$/.exec(word) ?? [];
  if (count === undefined) throw usage(`"${word}" is not PROCESS=COUNT, for example web=2.`);
  return [name, Number(count)];
}
