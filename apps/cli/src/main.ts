import { commands } from './commands/commands.js';
import { run } from './frame/run.js';

// A reader that has seen enough (`berth logs | head`) is no error.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });

void run(process.argv.slice(2), commands, process.env).then((code) => (process.exitCode = code));
