import type { DomainView } from '#libs/contracts/api/domains.js';
import { command } from '../../frame/command.js';

export const domainsAdd = command({
  name: 'domains add',
  group: 'Config and domains',
  summary: 'Let an app answer at a domain of its own',
  about: ['The name must point at the platform in the DNS: that is yours to arrange.'],
  arguments: [{ name: 'DOMAIN', looksLike: /\./, about: 'A host name, e.g. www.example.org' }],
  app: 'argument',
  examples: [['domains add www.example.org --app hello', 'a domain']],
  async run(context, input) {
    const { ui, api } = context;
    const name = input.argument('DOMAIN');
    const domain = await api.post<DomainView>(`${await context.appPath()}/domains`, { name });
    ui.result(domain, () => ui.done(told(context.settings.url, domain)));
  },
});

function told(platform: string, { name, url }: DomainView): string {
  return `${name} leads to the app as soon as its DNS record points at ${new URL(platform).hostname}: ${url}`;
}
