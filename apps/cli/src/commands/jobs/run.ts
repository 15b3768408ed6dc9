import type { JobView } from '#libs/contracts/api/jobs.js';
import { command } from '../../frame/command.js';
import { followJob } from '../../jobs/follow.js';
import { parseSeconds } from '../../ui/seconds.js';

export const jobRun = command({
  name: 'job run',
  aliases: ['jobs run'],
  group: 'Run',
  summary: 'Run a command to its end, apart from this terminal',
  about: [
    'It has the image, config, limits and network of the app’s live release, and goes on when this terminal is closed. What it prints is in the app’s log.',
    'With --wait this command waits for its end and shows its log; its exit code becomes this command’s own. `berth run` is for work at a terminal.',
  ],
  app: 'argument',
  arguments: [{ name: 'COMMAND', about: 'What to run, after --', many: true, afterDashes: true }],
  options: {
    timeout: { type: 'string', value: 'TIME', about: 'It is ended after so long (1h)' },
    retries: { type: 'number', value: 'N', about: 'Try so often again when it fails (0)' },
    wait: { type: 'boolean', short: 'w', about: 'Wait for its end' },
  },
  examples: [
    ['job run hello -- node import.js', 'returns at once'],
    ['job run hello --wait --timeout 10m --retries 2 -- ./backup.sh', 'in a script'],
  ],
  async run(context, input) {
    const { ui, api } = context;
    const { timeout, retries, wait = false } = input.options;
    const job = await api.post<JobView>(`${await context.appPath()}/jobs`, {
      task: { command: [...input.all('COMMAND')] },
      ...(timeout !== undefined && { timeoutSeconds: parseSeconds(timeout) }),
      ...(retries !== undefined && { retries }),
    });
    if (wait) return followJob(context, job);
    const id = job.id.slice(-8);
    ui.result(job, () =>
      ui.done(`Job ${id} begins. \`berth job logs ${id}${context.appFlag}\` shows what it prints.`),
    );
  },
});
