import type { DrainView } from '#libs/contracts/api/drains.js';
import { command } from '../../frame/command.js';

export const drainsAdd = command({
  name: 'drains add',
  group: 'Watch',
  summary: 'Have an app’s log sent to an address',
  arguments: [
    {
      name: 'URL',
      looksLike: /:/,
      about: 'https:// for JSON lines, syslog:// for syslog over TCP, syslog+tls:// over TLS',
    },
  ],
  app: 'argument',
  examples: [
    ['drains add https://me:secret@logs.example.org/in --app hello', 'a POST for each batch of lines'],
    ['drains add syslog+tls://logs.example.org:6514', 'RFC 5424'],
  ],
  async run(context, input) {
    const { ui, api } = context;
    const url = input.argument('URL');
    const drain = await api.post<DrainView>(`${await context.appPath()}/drains`, { url });
    ui.result(drain, () => ui.done(`${drain.url} gets every line from now on.`));
  },
});
