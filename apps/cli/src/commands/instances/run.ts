import { command } from '../../frame/command.js';
import { Failure } from '../../frame/failure.js';
import { endsFor, terminalHere, terminalOptions } from '../../terminal/attach.js';
import { oneOffSession } from '../../terminal/one-off.js';
import { commandOrShell } from '../../terminal/shell.js';
import { readVariables } from '../../terminal/variables.js';

export const run = command({
  name: 'run',
  group: 'Run',
  summary: 'Start a one-off instance and tell each step that docker run takes',
  about: [
    'It has the image, config, limits and network of the app’s live release; or another image, of a registry or a stack of this host (stack:node). When its command ends it is stopped, not removed: `berth start -ai` runs it again, `berth rm` removes it.',
    'Ctrl-P Ctrl-Q leaves it running. When the connection breaks it is stopped. Its exit code becomes this command’s own.',
    'What it prints is in the app’s log too, under its id (`berth logs --instance ID`), the first MiB of it, for those who may run commands; --no-log leaves it out.',
  ],
  app: 'argument',
  arguments: [
    {
      name: 'IMAGE',
      looksLike: /[:/]/,
      about: 'Another image than the release’s, or stack:NAME',
      optional: true,
    },
    {
      name: 'COMMAND',
      about: 'What to run, after -- (a shell unless given)',
      optional: true,
      many: true,
      afterDashes: true,
    },
  ],
  options: {
    ...terminalOptions,
    env: {
      type: 'string',
      short: 'e',
      value: 'NAME=VALUE',
      about: 'A variable, in place of the config’s; NAME alone has the value that it has here',
      many: true,
    },
    rm: { type: 'boolean', about: 'Remove it as soon as it ends' },
    'no-log': { type: 'boolean', about: 'Keep nothing of what it prints in the app’s log' },
    quiet: { type: 'boolean', short: 'q', about: 'Only what the command itself prints' },
  },
  examples: [
    ['run -it hello -- sh', 'a shell beside the app, with its config'],
    ['run hello --rm -- node migrate.js', 'a task, of which nothing stays'],
    ['run -e DRY_RUN=1 hello -- node migrate.js', 'with a variable of its own'],
    ['run -it hello stack:node -- node', 'a program of a stack'],
  ],
  async run(context, input) {
    const here = context.ui.ends;
    const { rm: remove = false, quiet = false } = input.options;
    const ends = endsFor(input.options, here);
    const given = input.all('COMMAND');
    const words = commandOrShell(given);
    const env = readVariables(input.options.env ?? [], context.env);
    const channel = await context.api.terminal(`${await context.appPath()}/run`);
    const start = {
      t: 'run' as const,
      command: words,
      terminal: ends.terminal ? terminalHere(here, context.env) : null,
      env,
      image: input.optional('IMAGE') ?? null,
      remove,
      log: input.options['no-log'] !== true,
    };
    try {
      return await oneOffSession(context, channel, start, { ends, here, remove, quiet });
    } catch (error) {
      throw start.image !== null && given.length === 0 ? withHint(error, start.image) : error;
    }
  },
});

/** `berth run hello ls`: a command was meant, perhaps. */
function withHint(error: unknown, image: string): unknown {
  if (!(error instanceof Failure)) return error;
  const { message, why, exit, code, cause } = error;
  const todo = `"${image}" was taken for an image. A command stands after --: \`berth run APP -- ${image}\`.`;
  return new Failure(message, { why, todo, exit, code, cause });
}
