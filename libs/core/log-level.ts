/** How serious a line of a log is, told from its text: the forms that most loggers write. Pure. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

const words: Record<string, LogLevel> = {
  trace: 'debug',
  debug: 'debug',
  info: 'info',
  notice: 'info',
  warn: 'warn',
  warning: 'warn',
  err: 'error',
  error: 'error',
  critical: 'error',
  crit: 'error',
  fatal: 'error',
  panic: 'error',
  alert: 'error',
  emergency: 'error',
  severe: 'error',
};
const names = Object.keys(words).join('|');

/** `"level":"warn"`, `"level":40` (pino, bunyan), `level=warn` (logfmt), `"severity":"ERROR"`. */
const field = new RegExp(`(?:^|[{,\\s"])(?:level|severity|lvl)"?\\s*[:=]\\s*"?(${names}|\\d{2})\\b`, 'i');
/** A word near the beginning: `ERROR x`, `[warn] x`, `2026-01-01 12:00:00,000 WARNING x`, `error: x`. */
const lead = new RegExp(
  `^[^a-z]{0,40}(?:[\\w.-]{1,40}[\\s:|\\]-]+){0,2}?[\\[(<]?(${names})[\\])>:|]?(?:\\s|:|$)`,
  'i',
);
/** What crashes print: `TypeError: x`, `Traceback (most recent call last):`, `panic: x`. */
const crash =
  /^\s*(?:Uncaught\s+)?(?:[A-Z]\w*(?:Error|Exception)\b|Traceback \(most recent|panic:|goroutine \d)/;

/** So much of a line is looked at. */
const looked = 400;

/** The level of a line; `info` where nothing tells. */
export function levelOf(text: string): LogLevel {
  // eslint-disable-next-line no-control-regex
  const start = text.slice(0, looked).replace(/\u001b\[[\d;]*m/g, '');
  const named = field.exec(start)?.[1];
  if (named !== undefined) return /^\d/.test(named) ? ofNumber(Number(named)) : ofWord(named);
  if (crash.test(start)) return 'error';
  const word = lead.exec(start)?.[1];
  return word === undefined ? 'info' : ofWord(word);
}

function ofWord(word: string): LogLevel {
  return words[word.toLowerCase()] ?? 'info';
}

function ofNumber(level: number): LogLevel {
  if (level >= 50) return 'error';
  return level >= 40 ? 'warn' : level >= 30 ? 'info' : 'debug';
}

/** Is a line at least so serious? */
export function isAtLeast(text: string, level: LogLevel): boolean {
  return level === 'debug' || logLevels.indexOf(levelOf(text)) >= logLevels.indexOf(level);
}
