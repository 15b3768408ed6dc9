import type { AppView } from '#libs/contracts/api/apps.js';
import { command } from '../../frame/command.js';
import { autoscaleText } from '../../ui/autoscale.js';
import { limitsText } from '../../ui/limits.js';
import { stateColour } from '../../ui/states.js';
import { sleepLines, sleepText } from '../../ui/sleep.js';
import { ago } from '../../ui/units.js';

/** What the word for the state leaves open. */
function stateNote({ state, reason, sleep }: AppView): string {
  if (state === 'asleep') return ` (${sleep.tier} since ${sleep.since}; the next request wakes it)`;
  return reason === null ? '' : ` (${reason})`;
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
    const app = await context.api.get<AppView>(await context.appPath());
    const now = new Date();
    ui.result(app, () =>
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
        ['Created', app.createdAt],
      ]),
    );
  },
});
