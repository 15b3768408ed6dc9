import type { AppLog } from '#libs/contracts/api/logs.js';
import { command } from '../../frame/command.js';
import { followJob } from '../../jobs/follow.js';
import { jobTyped } from '../../settings/job.js';
import { logText } from '../../ui/app-log.js';

export const jobLogs = command({
  name: 'job logs',
  aliases: ['jobs logs', 'job log'],
  group: 'Run',
  summary: 'Show what the newest attempt of a job printed',
  about: ['With -f it waits for the job’s end; its exit code becomes this command’s own.'],
  arguments: [{ name: 'JOB', about: 'Id, or the end of it as `berth jobs` shows' }],
  app: 'option',
  options: {
    follow: { type: 'boolean', short: 'f', about: 'Wait for its end' },
    tail: { type: 'number', short: 'n', value: 'N', about: 'So many of the last lines (200, at most 2000)' },
  },
  examples: [
    ['job logs 9c2f41aa', 'what it printed so far'],
    ['job logs 9c2f41aa -f', 'until it ends'],
  ],
  async run(context, input) {
    const { ui, api } = context;
    const job = await jobTyped(context, input.argument('JOB'));
    if (input.options.follow) return followJob(context, job);
    if (job.instance === null) return ui.say('It has printed nothing.');
    const query = { tail: input.options.tail ?? 200, instance: job.instance };
    const { lines } = await api.get<AppLog>(`${await context.appPath()}/logs`, query);
    for (const line of lines) {
      if (ui.json) ui.message(line);
      else ui.print(logText(ui, line));
    }
    if (lines.length === 0 && !ui.json) ui.say('No lines.');
  },
});
