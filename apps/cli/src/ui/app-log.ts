import type { AppLogLine } from '#libs/contracts/api/logs.js';
import type { Colour } from './style.js';
import { safe } from './text.js';
import type { Ui } from './ui.js';
import { clock } from './units.js';

const colours: readonly Colour[] = ['cyan', 'green', 'magenta', 'blue', 'yellow'];

/** One line: time, which instance of which process, text. Each instance keeps its colour. */
export function logText(ui: Ui, { at, instance, process, stream, text }: AppLogLine): string {
  const style = ui.out;
  const id = instance.slice(-8);
  const colour = style[colours[Number.parseInt(id.slice(-4), 16) % colours.length] ?? 'cyan'];
  const time = ui.columns === null ? at : clock(at);
  const shown = safe(text, ui.keepsColours);
  const reset = ui.keepsColours && shown.includes('\u001b[') ? '\u001b[0m' : '';
  return `${style.dim(time)} ${colour(`${process ?? 'app'}.${id}`)} ${stream === 'stderr' ? style.red('│') : style.dim('│')} ${shown}${reset}`;
}
