import { command } from '../../frame/command.js';
import { seg } from '../../http/client.js';

export const domainsRemove = command({
  name: 'domains remove',
  group: 'Config and domains',
  summary: 'Take a domain away from an app',
  arguments: [{ name: 'DOMAIN', looksLike: /\./, about: 'The host name' }],
  app: 'argument',
  examples: [['domains remove www.example.org', 'from this folder’s app']],
  async run(context, input) {
    const { ui, api } = context;
    const name = input.argument('DOMAIN');
    await api.delete(`${await context.appPath()}/domains/${seg(name)}`);
    ui.result({ removed: name }, () => ui.done(`${name} leads nowhere now.`));
  },
});
