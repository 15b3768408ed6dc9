import type { WokenApp } from '#libs/contracts/api/apps.js';
import { command } from '../../frame/command.js';

export const wake = command({
  name: 'wake',
  group: 'Apps',
  summary: 'Wake an app that sleeps, as its next request would',
  app: 'argument',
  examples: [['wake hello', 'before you show it to somebody']],
  async run(context) {
    const woken = await context.api.post<WokenApp>(`${await context.appPath()}/wake`);
    const words = {
      running: 'It was awake already.',
      frozen: 'It was frozen and goes on.',
      stopped: 'It was stopped and is being started.',
    };
    context.ui.result(woken, () => context.ui.done(words[woken.was]));
  },
});
