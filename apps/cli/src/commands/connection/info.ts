import type { ConnectionView } from '#libs/contracts/api/connections.js';
import { command } from '../../frame/command.js';
import { safe } from '../../ui/text.js';
import { ago } from '../../ui/units.js';

export const connectionInfo = command({
  name: 'connection',
  aliases: ['connection info'],
  group: 'Deploy',
  summary: 'Show the git server that an app is deployed from',
  app: 'argument',
  examples: [['connection hello', 'and how the newest fetch ended']],
  async run(context) {
    const { ui, api } = context;
    const found = await api.get<ConnectionView>(`${await context.appPath()}/connection`);
    const now = new Date();
    ui.result(found, () =>
      ui.facts([
        ['Repository', safe(found.url)],
        ['Branch', safe(found.branch)],
        ['Deployed', found.commit],
        ['Fetched', found.waiting ? 'under way' : found.fetchedAt && ago(found.fetchedAt, now)],
        ['Failed', safe(found.reason ?? '')],
        ['Webhook', found.hookUrl],
      ]),
    );
  },
});
