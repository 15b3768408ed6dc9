import { usage } from '../frame/failure.js';

const units: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** `30s`, `10m`, `1h30m`, or plain seconds. Throws a usage failure. */
export function parseSeconds(text: string): number {
  if (/^\d{1,8}$/.test(text)) return Number(text);
  if (!/^(?:\d{1,6}[smhd])+$/.test(text))
    throw usage(`"${text}" is no length of time; write 30s, 10m or 1h.`);
  let seconds = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)([smhd])/g))
    seconds += Number(count) * (units[unit ?? ''] ?? 0);
  return seconds;
}
