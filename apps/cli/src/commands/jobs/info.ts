import { taskText } from '#libs/core/job.js';
import { command } from '../../frame/command.js';
import { jobTyped } from '../../settings/job.js';
import { jobEnding } from '../../ui/job.js';
import { stateColour } from '../../ui/states.js';
import { safe } from '../../ui/text.js';

export const jobInfo = command({
  name: 'job info',
  aliases: ['jobs info'],
  group: 'Run',
  summary: 'Show a job',
  arguments: [{ name: 'JOB', about: 'Id, or the end of it as `berth jobs` shows' }],
  app: 'option',
  examples: [['job info 9c2f41aa', 'how it stands']],
  async run(context, input) {
    const { ui } = context;
    const job = await jobTyped(context, input.argument('JOB'));
    ui.result(job, () =>
      ui.facts([
        ['Job', job.id],
        ['Status', stateColour(job.status, ui.out)],
        ['Task', safe(taskText(job.task))],
        ['Cron', job.cron && safe(job.cron)],
        ['Due', job.slot],
        ['By', job.createdBy],
        ['Attempt', `${job.attempt} of at most ${job.retries + 1}`],
        ['Time limit', `${job.timeoutSeconds} s`],
        ['Not before', job.notBefore],
        ['Started', job.startedAt],
        ['Ended', job.endedAt],
        ['With', safe(jobEnding(job))],
        ['Instance', job.instance],
      ]),
    );
  },
});
