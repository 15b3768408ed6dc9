import { BerthError } from '#libs/core/errors.js';
import { isWritable } from './caddy-text.js';

/** Headers for the paths of one block of `_headers`. */
export interface HeaderRule {
  /** Path from the root, with `*` for anything and `:name` for one part. */
  path: string;
  headers: readonly (readonly [name: string, value: string])[];
}

const MOST_RULES = 500;

/** Headers that are the connection's or the server's own business. */
const NOT_SETTABLE =
  /^(?:connection|content-length|content-encoding|date|server|trailer|transfer-encoding|upgrade)$/i;

/**
 * Reads `_headers` in Netlify's form: a path on a line of its own, `Name: value` on lines below it that begin with a space.
 * Throws BerthError `headers_invalid` that names the line.
 */
export function parseHeaders(path: string, text: string): HeaderRule[] {
  const rules: { path: string; headers: [string, string][] }[] = [];
  for (const [index, raw] of text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\r|\n/)
    .entries()) {
    if (raw.trim() === '' || raw.trim().startsWith('#')) continue;
    const wrong = (what: string) => wrongLine(path, index + 1, what);
    if (!isWritable(raw.trim())) throw wrong('it has a backtick, a control character or "{$"');
    if (!/^\s/.test(raw)) {
      if (!raw.startsWith('/'))
        throw wrong(`"${raw.trim().slice(0, 60)}" is not a path that begins with a slash`);
      rules.push({ path: raw.trim(), headers: [] });
      if (rules.length > MOST_RULES) throw wrong(`there are more than ${MOST_RULES} paths`);
      continue;
    }
    const match = /^([0-9A-Za-z][!#$%&'*+.^_`|~0-9A-Za-z-]*):\s*(.*)$/.exec(raw.trim());
    if (match === null) throw wrong(`"${raw.trim().slice(0, 60)}" is not "Name: value"`);
    const [, name = '', value = ''] = match;
    const rule = rules.at(-1);
    if (rule === undefined) throw wrong('there is no path above this header');
    if (NOT_SETTABLE.test(name)) throw wrong(`${name} is set by the server itself`);
    rule.headers.push([name, value]);
  }
  return rules.filter(({ headers }) => headers.length > 0);
}

function wrongLine(path: string, line: number, what: string): BerthError {
  return new BerthError(
    'headers_invalid',
    `${path}, line ${line}: ${what}. Correct that line and push again.`,
    {
      details: { file: path, line },
    },
  );
}
