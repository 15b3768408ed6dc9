import { command } from '../../frame/command.js';
import { seg } from '../../http/client.js';
import { instanceId } from '../../settings/instance.js';
import { terminalHere } from '../../terminal/attach.js';
import { oneOffSession } from '../../terminal/one-off.js';

export const start = command({
  name: 'start',
  aliases: ['attach'],
  group: 'Run',
  summary: 'Start a one-off instance again, or join one that you left',
  about: [
    'It keeps what it wrote, its command and its address. With -ai you are at its terminal; without, it runs on by itself. (-a is --attach here, as with docker: name the app with --app.)',
  ],
  app: 'option',
  arguments: [{ name: 'INSTANCE', about: 'Its id, or the end of it as `berth ps` shows' }],
  options: {
    attach: { type: 'boolean', short: 'a', about: 'Show what it prints' },
    interactive: { type: 'boolean', short: 'i', about: 'Pass standard input on' },
    quiet: { type: 'boolean', short: 'q', about: 'Only what the command itself prints' },
  },
  examples: [
    ['start -ai 9c2f41aa', 'and be at its terminal'],
    ['start 9c2f41aa', 'let it run by itself'],
  ],
  async run(context, input) {
    const { options } = input;
    const here = context.ui.ends;
    const id = await instanceId(context, input.argument('INSTANCE'));
    const { interactive = false, quiet = false } = options;
    const joins = options.attach === true || interactive;
    const terminal = interactive && here.stdin.isTTY && here.stdout.isTTY;
    const channel = await context.api.terminal(`${await context.appPath()}/instances/${seg(id)}/attach`);
    return oneOffSession(
      context,
      channel,
      { t: 'attach', terminal: terminal ? terminalHere(here, context.env) : null },
      { ends: { input: interactive, terminal }, here, remove: false, quiet, leaveAtOnce: !joins },
    );
  },
});
