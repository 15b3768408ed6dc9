import type { JobView } from '#libs/contracts/api/jobs.js';
import { jobStatuses } from '#libs/core/job.js';
import { command } from '../../frame/command.js';
import { jobColumns } from '../../ui/job.js';

export const jobsList = command({
  name: 'jobs',
  aliases: ['jobs list', 'job list'],
  group: 'Run',
  summary: 'List jobs: runs of the schedule, and those asked for by hand',
  app: 'argument',
  options: {
    limit: { type: 'number', short: 'n', value: 'N', about: 'At most so many (20)' },
    cron: { type: 'string', value: 'NAME', about: 'Only of this entry of the schedule' },
    status: { type: 'string', value: 'STATUS', about: 'Only with this status', completes: jobStatuses },
  },
  examples: [
    ['jobs', 'of this folder’s app, newest first'],
    ['jobs hello --status failed', 'what went wrong'],
  ],
  async run(context, { options }) {
    const { ui, api } = context;
    const query = { cron: options.cron, status: options.status };
    const jobs = await api.list<JobView>(`${await context.appPath()}/jobs`, query, options.limit ?? 20);
    ui.list(jobs, jobColumns(ui.out, new Date()), 'No jobs yet. `berth job run APP -- COMMAND` runs one.');
  },
});
