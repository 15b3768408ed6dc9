import { command } from '../../frame/command.js';
import { seg } from '../../http/client.js';
import { instanceId } from '../../settings/instance.js';

export const rm = command({
  name: 'rm',
  group: 'Run',
  summary: 'Remove one-off instances with what they wrote',
  app: 'option',
  arguments: [{ name: 'INSTANCE', about: 'Id, or the end of it as `berth ps` shows', many: true }],
  options: { force: { type: 'boolean', short: 'f', about: 'One that runs too' } },
  examples: [
    ['rm 9c2f41aa', 'one that ended'],
    ['rm -f 9c2f41aa 77a0b3de', 'whether they run or not'],
  ],
  async run(context, input) {
    const { options } = input;
    const path = await context.appPath();
    const removed: string[] = [];
    for (const typed of input.all('INSTANCE')) {
      const id = await instanceId(context, typed);
      await context.api.delete(`${path}/instances/${seg(id)}${options.force ? '?force=1' : ''}`);
      context.ui.done(`Removed ${id.slice(-8)}.`);
      removed.push(id);
    }
    if (context.ui.json) context.ui.document({ removed });
  },
});
