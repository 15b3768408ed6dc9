import type { JobView } from '#libs/contracts/api/jobs.js';
import { command } from '../../frame/command.js';
import { followJob } from '../../jobs/follow.js';

export const cronRun = command({
  name: 'cron run',
  group: 'Run',
  summary: 'Run an entry of the schedule now',
  arguments: [{ name: 'NAME', about: 'Of the entry, as `berth cron` shows' }],
  app: 'option',
  options: { wait: { type: 'boolean', short: 'w', about: 'Wait for its end' } },
  examples: [['cron run clean-up --app hello --wait', 'to see whether it works']],
  async run(context, input) {
    const { ui, api } = context;
    const name = input.argument('NAME');
    const job = await api.post<JobView>(`${await context.appPath()}/cron/run`, { name });
    if (input.options.wait) return followJob(context, job);
    ui.result(job, () => ui.done(`Job ${job.id.slice(-8)} begins.`));
  },
});
