import type { AppView } from '#libs/contracts/api/apps.js';
import { command } from '../../frame/command.js';
import { Failure } from '../../frame/failure.js';
import { browse, hasDesktop } from '../../ui/browse.js';

export const open = command({
  name: 'open',
  group: 'Apps',
  summary: 'Open an app in the browser',
  about: ['Without a desktop (over SSH, in CI, in a pipe) it prints the address.'],
  app: 'argument',
  options: { path: { type: 'string', value: 'PATH', about: 'Page to open' } },
  examples: [
    ['open', 'the app of this folder'],
    ['open hello --path /admin', 'a page of another'],
  ],
  async run(context, { options }) {
    const { ui } = context;
    const app = await context.api.get<AppView>(await context.appPath());
    const url = new URL(options.path ?? '/', app.url).href;
    if (!/^https?:/.test(url)) throw new Failure(`${url} is no page.`, { exit: 'usage' });
    if (ui.json) return ui.document({ url });
    ui.print(url);
    if (hasDesktop(context)) browse(url);
  },
});
