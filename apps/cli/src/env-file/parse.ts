import { isConfigKey } from '#libs/core/names.js';
import { usage } from '../frame/failure.js';

/**
 * Reads KEY=VALUE lines as .env files hold them: comments, `export`, values in single quotes (as they are), in double quotes
 * (with \n, \", \\ and over several lines) or bare (a ` #` begins a comment). Nothing is expanded: $HOME stays $HOME.
 *
 * @param origin how messages name the text
 * Throws a Failure that names the line.
 */
export function parseEnv(text: string, origin: string): Map<string, string> {
  const vars = new Map<string, string>();
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  for (let index = 0; index < lines.length; index++) {
    const line = (lines[index] as string).trim();
    if (line === '' || line.startsWith('#')) continue;
    const [, key = '', rest] = /^(?:export\s+)?([^=\s]+)\s*=\s*(.*)$/s.exec(line) ?? [];
    if (rest === undefined || !isConfigKey(key))
      throw usage(
        `${origin}, line ${index + 1}: this is not KEY=VALUE.`,
        'A name has letters, digits and underscores.',
      );
    const quote = rest[0];
    if (quote !== '"' && quote !== "'") {
      vars.set(key, rest.replace(/\s+#.*$/, '').trimEnd());
      continue;
    }
    let value = rest;
    const first = index;
    while (closing(value, quote) < 0) {
      if (++index >= lines.length) throw usage(`${origin}, line ${first + 1}: a quote is not closed.`);
      value += `\n${lines[index] as string}`;
    }
    const end = closing(value, quote);
    if (!/^\s*(#.*)?$/s.test(value.slice(end + 1)))
      throw usage(`${origin}, line ${index + 1}: something stands behind the closing quote.`);
    vars.set(key, unquote(value.slice(1, end), quote));
  }
  return vars;
}

/** Where a quoted value ends, or -1. */
function closing(value: string, quote: string): number {
  for (let at = 1; at < value.length; at++) {
    if (value[at] === '\\' && quote === '"') at++;
    else if (value[at] === quote) return at;
  }
  return -1;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', $: '$' };

function unquote(inner: string, quote: string): string {
  if (quote === "'") return inner;
  return inner.replace(/\\([nrt"\\$])/g, (_, letter: string) => escapes[letter] ?? letter);
}

/** One line (or more) that parseEnv reads back as the same value. */
export function formatEnv(key: string, value: string): string {
  if (value !== '' && /^[A-Za-z0-9_./:@%+,=~-]+$/.test(value)) return `${key}=${value}`;
  const escaped = value
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\r', '\\r')
    .replaceAll('\n', '\\n')
    .replaceAll('\t', '\\t');
  return `${key}="${escaped}"`;
}

/** A word that a shell takes as it is. */
export function shellQuote(text: string): string {
  return /^[A-Za-z0-9_./:@%+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
