import { command } from '../../frame/command.js';
import { seg } from '../../http/client.js';
import { workingInstance } from '../../settings/instance.js';
import { attach, endsFor, terminalHere, terminalOptions } from '../../terminal/attach.js';
import { commandOrShell } from '../../terminal/shell.js';

export const exec = command({
  name: 'exec',
  group: 'Run',
  summary: 'Run a command in an instance: a shell, a look, a task',
  about: [
    'It runs beside what the instance runs, with the same rights, limits and config, and ends with all that it started when it is over, when you leave (Ctrl-P Ctrl-Q) or when the connection breaks. Its exit code becomes this command’s own.',
    'At a terminal it gets one too. In a pipe standard output and error stay apart, and -i passes standard input on.',
  ],
  app: 'option',
  arguments: [
    {
      name: 'INSTANCE',
      about: 'Its id, or the end of it as `berth ps` shows; or a process type, such as web',
    },
    {
      name: 'COMMAND',
      about: 'What to run, after -- (a shell unless given)',
      optional: true,
      many: true,
      afterDashes: true,
    },
  ],
  options: terminalOptions,
  examples: [
    ['exec web', 'a shell in the newest web instance'],
    ['exec -it 9c2f41aa --app hello -- node', 'a program with a terminal'],
    ['exec web -- cat /etc/os-release', 'one look'],
  ],
  async run(context, input) {
    const here = context.ui.ends;
    const words = commandOrShell(input.all('COMMAND'));
    const instance = await workingInstance(context, input.argument('INSTANCE'));
    const ends = endsFor(input.options, here);
    const channel = await context.api.terminal(
      `${await context.appPath()}/instances/${seg(instance.id)}/exec`,
    );
    await channel.send({
      t: 'start',
      command: words,
      terminal: ends.terminal ? terminalHere(here, context.env) : null,
    });
    const outcome = await attach(context, channel, { ends, here, leave: 'close' });
    if (outcome.how === 'exit') return outcome.code;
    context.ui.say('Left; the command was ended.');
    return 'ok';
  },
});
