import { spawn } from 'node:child_process';
import type { AppView } from '#libs/contracts/api/apps.js';
import { command } from '../../frame/command.js';
import { Failure } from '../../frame/failure.js';

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
    const { ui, env } = context;
    const app = await context.api.get<AppView>(await context.appPath());
    const url = new URL(options.path ?? '/', app.url).href;
    if (!/^https?:/.test(url)) throw new Failure(`${url} is no page.`, { exit: 'usage' });
    if (ui.json) return ui.document({ url });
    ui.print(url);
    const desktop = process.platform !== 'linux' || env['DISPLAY'] || env['WAYLAND_DISPLAY'];
    if (ui.columns !== null && desktop && !env['CI'] && !env['SSH_CONNECTION']) browse(url);
  },
});

/** Hands the address to the desktop; where that fails, it has been printed. */
function browse(url: string): void {
  const [program, ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler', url]
        : ['xdg-open', url];
  const child = spawn(program as string, args, { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}
