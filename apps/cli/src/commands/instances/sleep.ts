import type { AppView, ChangedApp, AppChange } from '#libs/contracts/api/apps.js';
import { command } from '../../frame/command.js';
import { usage } from '../../frame/failure.js';
import { parseSeconds } from '../../ui/seconds.js';
import { sleepText } from '../../ui/sleep.js';

export const sleep = command({
  name: 'sleep',
  group: 'Apps',
  summary: 'Put an app to sleep now, or choose when it falls asleep',
  about: [
    'A sleeping app is first frozen (in memory, no CPU) and later stopped; its next request wakes it. Without options it is put to sleep now.',
  ],
  app: 'argument',
  options: {
    'freeze-after': {
      type: 'string',
      value: 'TIME',
      about: 'Quiet time until it is frozen, for example 30s',
    },
    'stop-after': { type: 'string', value: 'TIME', about: 'Quiet time until it is stopped, for example 10m' },
    stop: { type: 'boolean', about: 'Now, and stopped at once: its next request starts it' },
    never: { type: 'boolean', about: 'Always awake' },
    default: { type: 'boolean', about: 'What berth.toml says, or Berth’s default' },
  },
  examples: [
    ['sleep hello', 'now; the next request wakes it'],
    ['sleep hello --freeze-after 1m --stop-after 1h', 'later than by default'],
    ['sleep hello --never', 'never'],
  ],
  async run(context, { options }) {
    const { api, ui } = context;
    const path = await context.appPath();
    const times = {
      ...(options['freeze-after'] !== undefined && {
        freezeAfterSeconds: parseSeconds(options['freeze-after']),
      }),
      ...(options['stop-after'] !== undefined && { stopAfterSeconds: parseSeconds(options['stop-after']) }),
    };
    const timed = Object.keys(times).length > 0;
    if ([timed, options.stop, options.never, options.default].filter(Boolean).length > 1)
      throw usage('Times, --stop, --never and --default exclude each other.');
    if (!timed && !options.never && !options.default) {
      const app = await api.post<AppView>(`${path}/sleep`, options.stop ? { tier: 'stopped' } : {});
      return ui.result(app, () => ui.done(`${app.name} sleeps; its next request wakes it.`));
    }
    const change: AppChange = {
      sleep: options.default ? null : options.never ? { enabled: false } : { enabled: true, ...times },
    };
    const { app } = await api.patch<ChangedApp>(path, change);
    return ui.result(app, () => ui.done(`${app.name}: ${sleepText(app.sleep)}.`));
  },
});
