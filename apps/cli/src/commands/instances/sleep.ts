import type { AppView, ChangedApp, AppChange } from '#libs/contracts/api/apps.js';
import type { SleepChange } from '#libs/contracts/sleep.js';
import { command, type OptionSpecs, type OptionValues } from '../../frame/command.js';
import { usage } from '../../frame/failure.js';
import { parseSeconds } from '../../ui/seconds.js';
import { sleepLines, sleepText } from '../../ui/sleep.js';

const none = 'none';
const options = {
  'freeze-after': {
    type: 'string',
    value: 'TIME',
    about: 'Quiet time until it is frozen, for example 30s',
  },
  'stop-after': { type: 'string', value: 'TIME', about: 'Quiet time until it is stopped, for example 10m' },
  'before-freeze': {
    type: 'string',
    value: 'PATH',
    about: 'Path that hears a POST before each freeze; none: no call',
  },
  'after-wake': { type: 'string', value: 'PATH', about: '… and after each wake; none: no call' },
  'answer-path': {
    type: 'string',
    value: 'PATH',
    many: true,
    about: 'Answered 200 in its place while it sleeps, without waking it; none: no such path',
  },
  'answer-agent': {
    type: 'string',
    value: 'WORD',
    many: true,
    about: '… and whoever has this word in its User-Agent: an uptime robot; none: nobody',
  },
  'waiting-page': {
    type: 'string',
    value: 'on|off',
    completes: ['on', 'off'],
    about: 'Show browsers that wait longer than 2 s a page that tries again by itself',
  },
  stop: { type: 'boolean', about: 'Now, and stopped at once: its next request starts it' },
  never: { type: 'boolean', about: 'Always awake' },
  default: { type: 'boolean', about: 'What berth.toml says, or Berth’s default' },
} satisfies OptionSpecs;

export const sleep = command({
  name: 'sleep',
  group: 'Apps',
  summary: 'Put an app to sleep now, or choose when it falls asleep',
  about: [
    'A sleeping app is first frozen (in memory, no CPU) and later stopped; its next request wakes it. Without options it is put to sleep now.',
  ],
  app: 'argument',
  options,
  examples: [
    ['sleep hello', 'now; the next request wakes it'],
    ['sleep hello --freeze-after 1m --stop-after 1h', 'later than by default'],
    [
      'sleep hello --answer-agent UptimeRobot --answer-path /healthz',
      'robots are answered without waking it',
    ],
    ['sleep hello --before-freeze /sleep --after-wake none', 'told before it is frozen, and not afterwards'],
    ['sleep hello --never', 'never'],
  ],
  async run(context, { options }) {
    const { api, ui } = context;
    const path = await context.appPath();
    const changed = changeOf(options);
    const chosen = Object.keys(changed).length > 0;
    if ([chosen, options.stop, options.never, options.default].filter(Boolean).length > 1)
      throw usage('What to choose, --stop, --never and --default exclude each other.');
    if (!chosen && !options.never && !options.default) {
      const app = await api.post<AppView>(`${path}/sleep`, options.stop ? { tier: 'stopped' } : {});
      return ui.result(app, () => ui.done(`${app.name} sleeps; its next request wakes it.`));
    }
    const change: AppChange = {
      sleep: options.default ? null : options.never ? { enabled: false } : changed,
    };
    const { app } = await api.patch<ChangedApp>(path, change);
    return ui.result(app, () => {
      ui.done(`${app.name}: ${sleepText(app.sleep)}.`);
      for (const line of sleepLines(app.sleep)) ui.say(`  ${line}`);
    });
  },
});

/** What the options choose. Who names a time wants the app to sleep. */
function changeOf(given: OptionValues<typeof options>): SleepChange {
  const freeze = given['freeze-after'];
  const stop = given['stop-after'];
  return {
    ...((freeze ?? stop) !== undefined && { enabled: true }),
    ...(freeze !== undefined && { freezeAfterSeconds: parseSeconds(freeze) }),
    ...(stop !== undefined && { stopAfterSeconds: parseSeconds(stop) }),
    ...optional('beforeFreeze', given['before-freeze'], pathOrNone),
    ...optional('afterWake', given['after-wake'], pathOrNone),
    ...optional('answerPaths', given['answer-path'], listOrNone),
    ...optional('answerAgents', given['answer-agent'], listOrNone),
    ...optional('waitingPage', given['waiting-page'], onOrOff),
  };
}

function optional<K extends keyof SleepChange, V>(
  key: K,
  value: V | undefined,
  read: (value: V) => SleepChange[K],
): Pick<SleepChange, K> | Record<never, never> {
  return value === undefined ? {} : { [key]: read(value) };
}

function pathOrNone(path: string): string | null {
  return path === none || path === '' ? null : path;
}

function listOrNone(words: string[]): string[] {
  return words.filter((word) => word !== none && word !== '');
}

function onOrOff(word: string): boolean {
  if (word !== 'on' && word !== 'off') throw usage('--waiting-page is on or off.');
  return word === 'on';
}
