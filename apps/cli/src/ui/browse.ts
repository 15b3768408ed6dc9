import type { Context } from '../frame/context.js';
import { nodeChildProcess } from '../node-modules.js';

/** Is there a desktop that a page may be opened on? Not over SSH, in CI or in a pipe. */
export function hasDesktop({ ui, env }: Context): boolean {
  const desktop = process.platform !== 'linux' || env['DISPLAY'] || env['WAYLAND_DISPLAY'];
  return ui.columns !== null && Boolean(desktop) && !env['CI'] && !env['SSH_CONNECTION'];
}

/** Hands an address to the desktop. Whoever calls has printed it: this may fail without a word. */
export function browse(url: string): void {
  const [program, ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler', url]
        : ['xdg-open', url];
  const child = nodeChildProcess().spawn(program as string, args, { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}
