import type { Style } from './style.js';

const good = new Set(['live', 'ready', 'done', 'ok', 'succeeded']);
const bad = new Set(['failed', 'failing', 'crashed', 'down']);
const past = new Set(['stopped', 'asleep', 'frozen', 'cancelled', 'superseded', 'no-release', 'skipped']);

/** A status in the colour of what it means. */
export function stateColour(state: string, style: Style): string {
  if (good.has(state)) return style.green(state);
  if (bad.has(state)) return style.red(state);
  return past.has(state) ? style.dim(state) : style.yellow(state);
}
