import type { AppLog, AppLogLine } from '#libs/contracts/api/logs.js';
import { command } from '../../frame/command.js';
import { instanceId } from '../../settings/instance.js';
import { readMoment } from '../../settings/moment.js';
import { logText } from '../../ui/app-log.js';

export const logs = command({
  name: 'logs',
  aliases: ['log'],
  group: 'Watch',
  summary: 'Show what an app prints',
  about: [
    'With -f it goes on until Ctrl-C, and takes up again where it was after a broken connection. In a pipe lines carry the full time. With --json each line is a JSON object.',
  ],
  app: 'argument',
  options: {
    follow: { type: 'boolean', short: 'f', about: 'Wait for lines to come' },
    tail: { type: 'number', short: 'n', value: 'N', about: 'So many of the last lines (200, at most 2000)' },
    search: {
      type: 'string',
      short: 's',
      value: 'TEXT',
      about: 'Only lines that contain this, whatever its case',
    },
    instance: {
      type: 'string',
      short: 'i',
      value: 'ID',
      about: 'Only of this instance: its id, or the end of it as `berth ps` shows',
    },
    process: {
      type: 'string',
      short: 'p',
      value: 'TYPE',
      about: 'Only of this process type: web, worker, release, job, cron, run …',
    },
    level: {
      type: 'string',
      short: 'l',
      value: 'LEVEL',
      about: 'Only lines at least so serious: debug, info, warn or error, as far as their text tells',
    },
    since: {
      type: 'string',
      value: 'TIME',
      about: 'Only lines since then: 10m (ago), 2h, 1d, or 2026-11-24T10:00',
    },
    until: { type: 'string', value: 'TIME', about: 'Only lines before then' },
  },
  examples: [
    ['logs -f', 'live'],
    ['logs hello -n 1000 --search error', 'find something'],
    ['logs --level warn --since 2h', 'what went wrong in the last two hours'],
    ['logs -f --process worker', 'what the workers print, live'],
    ['logs --json | jq .text', 'for programs'],
  ],
  async run(context, { options }) {
    const { ui, api } = context;
    const path = `${await context.appPath()}/logs`;
    const query = {
      tail: options.tail ?? 200,
      search: options.search,
      process: options.process,
      level: options.level,
      since: options.since === undefined ? undefined : readMoment(options.since),
      until: options.until === undefined ? undefined : readMoment(options.until),
      instance: options.instance === undefined ? undefined : await instanceId(context, options.instance),
    };
    const show = (line: AppLogLine): void => (ui.json ? ui.message(line) : ui.print(logText(ui, line)));
    if (options.follow) {
      for await (const { event, data } of api.stream(`${path}/stream`, query))
        if (event === 'line') show(data as AppLogLine);
      return;
    }
    const { lines } = await api.get<AppLog>(path, query);
    for (const line of lines) show(line);
    if (lines.length === 0 && !ui.json) ui.say('No lines.');
  },
});
