import type { CronList, CronView } from '#libs/contracts/api/jobs.js';
import { taskText } from '#libs/core/job.js';
import { command } from '../../frame/command.js';
import type { Style } from '../../ui/style.js';
import { stateColour } from '../../ui/states.js';
import { safe } from '../../ui/text.js';
import { ago } from '../../ui/units.js';

/** `failed ×3`: three in a row. */
function lastRun({ last, failing }: CronView, style: Style): string {
  if (last === null) return '-';
  return `${stateColour(last.status, style)}${failing > 1 ? style.red(` ×${failing}`) : ''}`;
}

export const cronList = command({
  name: 'cron',
  aliases: ['cron list'],
  group: 'Run',
  summary: 'List an app’s schedule',
  about: ['It is that of the live release: [[cron]] of berth.toml. `berth jobs --cron NAME` lists its runs.'],
  app: 'argument',
  examples: [['cron hello', 'what runs when']],
  async run(context) {
    const { ui, api } = context;
    const { items } = await api.get<CronList>(`${await context.appPath()}/cron`);
    const now = new Date();
    ui.list(
      items,
      [
        { title: 'NAME', cell: ({ name }) => safe(name), shrinks: true },
        { title: 'SCHEDULE', cell: ({ schedule }) => safe(schedule) },
        { title: 'TIME ZONE', cell: ({ timezone }) => timezone },
        { title: 'TASK', cell: ({ task }) => safe(taskText(task)), shrinks: true },
        { title: 'NEXT', cell: ({ nextAt }) => nextAt?.replace(/:\d\d\.\d+Z$/, 'Z') ?? 'never' },
        { title: 'LAST', cell: (entry) => lastRun(entry, ui.out) },
        { title: 'WHEN', cell: ({ last }: CronView) => (last ? ago(last.createdAt, now) : '') },
      ],
      'No schedule. [[cron]] in berth.toml makes one.',
    );
  },
});
