export { memorySize, storedSize as size } from '#libs/core/size.js';

/** `31 ms`, `1.2 s`, `2 min 5 s`, `3 h 4 min`. */
export function duration(ms: number): string {
  if (ms < 999.5) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `just now`, `5 min ago`, `3 days ago`, and the date when it is long ago. */
export function ago(at: string, now: Date): string {
  const seconds = (now.getTime() - Date.parse(at)) / 1_000;
  if (!Number.isFinite(seconds)) return '';
  if (seconds < 5) return 'just now';
  const steps: [number, string][] = [
    [60, 's'],
    [3_600, 'min'],
    [86_400, 'h'],
    [30 * 86_400, 'd'],
  ];
  let unit = 1;
  for (const [limit, name] of steps) {
    if (seconds < limit) return `${Math.floor(seconds / unit)} ${name} ago`;
    unit = limit === 30 * 86_400 ? unit : limit;
  }
  return at.slice(0, 10);
}

/** Local time of day: `09:05:07`. */
export function clock(at: string): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
