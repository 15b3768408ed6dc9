import { BerthError } from '#libs/core/errors.js';
import { isWritable } from './caddy-text.js';

/** One line of `_redirects`. */
export interface Redirect {
  /** Path from the root: with `:name` for one part of it and `*` at its end for all the rest. */
  from: string;
  /** Path or address; `:name` and `:splat` stand for what was matched. */
  to: string;
  /** 200: another file is answered, the address stays. 404: likewise, as "not found". */
  status: number;
  /** Counts also where there is a file at the path. */
  force: boolean;
}

export interface Redirects {
  rules: Redirect[];
  warnings: string[];
}

const STATUSES = new Set([200, 301, 302, 303, 307, 308, 404]);
const MOST_RULES = 1000;

/**
 * Reads `_redirects` in Netlify's form: `/from /to [status[!]]`, one a line, `#` begins a comment. What cannot be done here
 * (conditions on country, language or role, other sites' paths, proxies) is left out, with a warning. Throws BerthError
 * `redirects_invalid` that names the line.
 */
export function parseRedirects(path: string, text: string): Redirects {
  const rules: Redirect[] = [];
  const warnings: string[] = [];
  for (const [index, raw] of text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\r|\n/)
    .entries()) {
    const words = raw.replace(/(?:^|\s)#.*$/, '').match(/\S+/g);
    if (words === null) continue;
    if (!isWritable(words.join(' ')))
      throw wrongLine(path, index + 1, 'it has a backtick, a control character or "{$"');
    const rule = ruleOf(words, (what) => wrongLine(path, index + 1, what));
    if (typeof rule === 'string') warnings.push(`${path}, line ${index + 1}: ${rule}; the line is left out.`);
    else rules.push(rule);
    if (rules.length > MOST_RULES)
      throw wrongLine(path, index + 1, `there are more than ${MOST_RULES} rules`);
  }
  return { rules, warnings };
}

/** A rule, or why it is left out. */
function ruleOf(words: string[], wrong: (what: string) => BerthError): Redirect | string {
  const [from = '', ...rest] = words;
  if (/^https?:\/\//.test(from)) return 'it is about another host than the app’s own';
  if (!from.startsWith('/')) throw wrong(`"${shown(from)}" is not a path that begins with a slash`);
  if (/\*./.test(from)) throw wrong(`"${shown(from)}" has a * that is not its end`);
  const at = rest.findIndex((word) => /^(?:\/|https?:\/\/)/.test(word));
  if (at < 0) throw wrong('it says nothing to go to: write "/from /to"');
  if (at > 0) return 'it depends on query parameters';
  const [to = '', status = '301', ...conditions] = rest;
  const match = /^(\d{3})(!?)$/.exec(status);
  if (match === null || !STATUSES.has(Number(match[1]))) {
    if (/^[A-Za-z]+=/.test(status)) return 'it depends on who asks';
    throw wrong(`"${shown(status)}" is not one of ${[...STATUSES].join(', ')}`);
  }
  if (conditions.length > 0) return 'it depends on who asks';
  const code = Number(match[1]);
  if (/^https?:/.test(to) && (code === 200 || code === 404)) return 'it would fetch from another host';
  const unknown = [...to.matchAll(/:([A-Za-z_]\w*)/g)]
    .map(([, name]) => name as string)
    .find((name) => (name === 'splat' ? !from.endsWith('*') : !partsOf(from).includes(`:${name}`)));
  if (unknown !== undefined && !/^https?:/.test(to))
    throw wrong(`":${unknown}" stands for nothing in "${shown(from)}"`);
  return { from, to, status: code, force: match[2] === '!' };
}

function partsOf(path: string): string[] {
  return path.split('/');
}

function wrongLine(path: string, line: number, what: string): BerthError {
  return new BerthError(
    'redirects_invalid',
    `${path}, line ${line}: ${what}. Correct that line and push again.`,
    { details: { file: path, line } },
  );
}

function shown(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
