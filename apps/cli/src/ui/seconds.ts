import { secondsOf } from '#libs/core/duration.js';
import { usage } from '../frame/failure.js';

/** `30s`, `10m`, `1h30m`, or plain seconds. Throws a usage failure. */
export function parseSeconds(text: string): number {
  if (/^\d{1,8}$/.test(text)) return Number(text);
  if (!/^(?:\d{1,6}[smhd])+$/.test(text))
    throw usage(`"${text}" is no length of time; write 30s, 10m or 1h.`);
  return secondsOf(text);
}
