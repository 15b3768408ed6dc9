import type { AppView } from '#libs/contracts/api/apps.js';
import type { CronList, CronView } from '#libs/contracts/api/jobs.js';
import { command } from '../../frame/command.js';
import { autoscaleText } from '../../ui/autoscale.js';
import { jobEnding } from '../../ui/job.js';
import { limitsText } from '../../ui/limits.js';
import { stateColour } from '../../ui/states.js';
import { sleepLines, sleepText } from '../../ui/sleep.js';
import { safe } from '../../ui/text.js';
import { ago, plural } from '../../ui/units.js';

/** What the word for the state leaves open. */
function stateNote({ state, reason, sleep }: AppView): string {
  if (state === 'asleep') return ` (${sleep.tier} since ${sleep.since}; the next request wakes it)`;
  return reason === null ? '' : ` (${reason})`;
}

function scheduleText(schedule: readonly CronView[]): string | null {
  if (schedule.length === 0) return null;
  const failing = schedule.filter((entry) => entry.failing > 0).length;
  return `${plural(schedule.length, 'entry', 'entries')}${failing > 0 ? `, ${failing} failing` : ''} (berth cron)`;
}

function failingLines(schedule: readonly CronView[]): string[] {
  return schedule
    .filter(({ failing }) => failing > 0)
    .map(({ name, failing, last }) => {
      const why = last?.status === 'failed' ? ` ${safe(jobEnding(last))}` : '';
      return `The scheduled job "${safe(name)}" has failed ${plural(failing, 'time')} since it last succeeded.${why}`;
    });
}

export const appsInfo = command({
  name: 'apps info',
  aliases: ['info'],
  group: 'Apps',
  summary: 'Show an app: state, address, release, settings',
  app: 'argument',
  examples: [
    ['info hello', 'of one app'],
    ['info', 'of the app of this folder'],
  ],
  async run(context) {
    const { ui } = context;
    const path = await context.appPath();
    const app = await context.api.get<AppView>(path);
    if (ui.json) return ui.document(app);
    const { items: schedule } = await context.api.get<CronList>(`${path}/cron`);
    const now = new Date();
    ui.facts([
      ['App', ui.out.bold(app.name)],
      ['Team', app.team],
      ['State', `${stateColour(app.state, ui.out)}${stateNote(app)}`],
      ['URL', app.url],
      ['Git remote', app.gitUrl],
      ['docker push', app.imageRepository],
      ['Release', app.liveRelease && `v${app.liveRelease.number}, ${app.liveRelease.description}`],
      [
        'Last deployment',
        app.lastDeployment &&
          `${app.lastDeployment.number}, ${app.lastDeployment.status}, ${ago(app.lastDeployment.createdAt, now)}`,
      ],
      [
        'Scale',
        Object.entries(app.scale)
          .map(([process, count]) => `${process}=${process === 'web' ? app.autoscale.wanted : count}`)
          .join(' '),
      ],
      ['Web instances', autoscaleText(app)],
      ['Sleep', [sleepText(app.sleep), ...sleepLines(app.sleep)].join('; ')],
      ['Limits', limitsText(app.limits)],
      ['Health check', app.healthPath ?? 'a TCP connection'],
      ['Start timeout', `${app.startTimeoutSeconds} s`],
      ['Grace at stop', `${app.graceSeconds} s`],
      ['Schedule', scheduleText(schedule)],
      ['Created', app.createdAt],
    ]);
    for (const line of failingLines(schedule)) ui.warn(line);
  },
});
