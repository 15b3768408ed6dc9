/** Bytes that are stored or sent: 1.5 MB (libs/core/size.ts says why of memory otherwise). */
export function formatBytes(bytes: number, locale: string): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: units[unit] ?? 'byte',
    unitDisplay: unit === 0 ? 'long' : 'short',
    maximumFractionDigits: unit === 0 || value >= 100 ? 0 : 1,
  }).format(value);
}

/** Memory: powers of 1,024. */
export function formatMemory(bytes: number, locale: string): string {
  const mebibytes = bytes / 1_048_576;
  const digits = mebibytes >= 100 ? 0 : 1;
  const format = new Intl.NumberFormat(locale, { maximumFractionDigits: mebibytes >= 10_240 ? 1 : digits });
  return mebibytes >= 10_240 ? `${format.format(mebibytes / 1024)} GiB` : `${format.format(mebibytes)} MiB`;
}

/** A length of time as people read it: 12 ms, 1.4 s, 2 min 5 s, 1 h 4 min. */
export function formatDuration(ms: number, locale: string): string {
  const unit = (value: number, name: string, digits = 0) =>
    new Intl.NumberFormat(locale, {
      style: 'unit',
      unit: name,
      unitDisplay: locale.startsWith('zh') || name === 'minute' || name === 'hour' ? 'short' : 'narrow',
      maximumFractionDigits: digits,
    })
      .format(value)
      .replace(/(\d)([a-z])/, '$1 $2');
  if (ms < 1000) return unit(Math.round(ms), 'millisecond');
  if (ms < 60_000) return unit(ms / 1000, 'second', ms < 10_000 ? 2 : 1);
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${unit(Math.floor(seconds / 60), 'minute')} ${unit(seconds % 60, 'second')}`;
  return `${unit(Math.floor(seconds / 3600), 'hour')} ${unit(Math.floor((seconds % 3600) / 60), 'minute')}`;
}

/** Date and time in the region of the reader as far as it speaks the page's language: 1 Dec 2026, 03:00. */
export function formatMoment(at: Date, locale: string, toTheSecond = false): string {
  return new Intl.DateTimeFormat(regional(locale), {
    dateStyle: 'medium',
    timeStyle: toTheSecond ? 'medium' : 'short',
  }).format(at);
}

/** A date alone: 1 Dec 2026. */
export function formatDate(at: Date, locale: string): string {
  return new Intl.DateTimeFormat(regional(locale), { dateStyle: 'medium' }).format(at);
}

/** English is written in many ways: a reader in Sydney does not want American dates. */
function regional(locale: string): string {
  return navigator.languages.find((each) => locale === 'en' && each.startsWith('en-')) ?? locale;
}

/** "3 minutes ago", "in 2 days". */
export function formatAgo(at: Date, now: Date, locale: string): string {
  const seconds = (at.getTime() - now.getTime()) / 1000;
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const steps = [
    ['year', 31_536_000],
    ['month', 2_592_000],
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
  ] as const;
  for (const [unit, size] of steps) {
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit);
  }
  return format.format(Math.abs(seconds) < 5 ? 0 : Math.trunc(seconds), 'second');
}
