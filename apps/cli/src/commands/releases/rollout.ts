import type { AppView, ChangedApp } from '#libs/contracts/api/apps.js';
import { command } from '../../frame/command.js';
import { usage } from '../../frame/failure.js';
import { parseSeconds } from '../../ui/seconds.js';

export const rollout = command({
  name: 'rollout',
  group: 'Deploy',
  summary: 'Choose whether new releases get their visitors step by step',
  about: [
    'With --on a new release gets 5, 25 and 100 percent of the visitors one after the other. When it fails more often than the release before, or answers much more slowly, all visitors get the old one again and the deployment fails with the reason.',
  ],
  app: 'argument',
  options: {
    on: { type: 'boolean', about: 'Step by step, from the next deployment on' },
    off: { type: 'boolean', about: 'All visitors at once' },
    step: { type: 'string', value: 'TIME', about: 'How long each share is watched at least (1m)' },
  },
  examples: [
    ['rollout hello', 'how is it now?'],
    ['rollout hello --on --step 5m', 'five minutes for each step'],
  ],
  async run(context, { options }) {
    const { ui, api } = context;
    const path = await context.appPath();
    if (options.on && options.off) throw usage('--on and --off exclude each other.');
    const change = {
      ...((options.on || options.off) && { enabled: options.on === true }),
      ...(options.step !== undefined && { stepSeconds: parseSeconds(options.step) }),
    };
    const isChange = Object.keys(change).length > 0;
    const { rollout } = isChange
      ? (await api.patch<ChangedApp>(path, { rollout: change })).app
      : await api.get<AppView>(path);
    return ui.result(rollout, () =>
      ui.facts([
        ['new releases', rollout.enabled ? '5, 25, then 100 % of the visitors' : 'all visitors at once'],
        ['each step', `${rollout.stepSeconds} s`],
      ]),
    );
  },
});
