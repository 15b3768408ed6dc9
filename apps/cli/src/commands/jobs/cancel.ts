import type { JobView } from '#libs/contracts/api/jobs.js';
import { command } from '../../frame/command.js';
import { jobTyped } from '../../settings/job.js';

export const jobCancel = command({
  name: 'job cancel',
  aliases: ['jobs cancel'],
  group: 'Run',
  summary: 'End a job that waits or runs',
  arguments: [{ name: 'JOB', about: 'Id, or the end of it as `berth jobs` shows' }],
  app: 'option',
  examples: [['job cancel 9c2f41aa', 'it gets SIGTERM, then SIGKILL']],
  async run(context, input) {
    const { ui, api } = context;
    const { id } = await jobTyped(context, input.argument('JOB'));
    const job = await api.post<JobView>(`${await context.appPath()}/jobs/${id}/cancel`);
    ui.result(job, () => ui.done(job.endedAt === null ? 'It is being ended.' : `It is over: ${job.status}.`));
  },
});
