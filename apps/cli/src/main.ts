import { commands } from './commands/commands.js';
import { run } from './frame/run.js';

// A reader that has seen enough (`berth logs | head`) is no error.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });

process.exitCode = await run(process.argv.slice(2), commands, process.env);
// A terminal that was asked a question, or a stream that was left, must not keep the process.
process.stdin.unref?.();
