import { editedOf, typed, type Edits } from '../settings/edits.ts';
import { isConfigKey, isReservedConfigKey } from '#libs/core/names.js';

/** Changes that wait for one deploy: a new value, or null to remove. */
export type Staged = Record<string, string | null>;
export type Saved = Record<string, string>;

export interface ConfigDiff {
  key: string;
  kind: 'added' | 'changed' | 'removed';
  /** Null where there is none. */
  before: string | null;
  after: string | null;
}

/** Stages values over what is saved. */
export function stage(edits: Edits<Staged>, saved: Saved, vars: Staged): Edits<Staged> {
  return typed(withAbsent(saved, vars), edits, vars);
}

/** What differs from the saved values, and which of those somebody else has changed since it was staged. */
export function stagedOf(edits: Edits<Staged>, saved: Saved): { staged: Staged; overtaken: string[] } {
  const { form, changed, overtaken } = editedOf(withAbsent(saved, edits), edits);
  return {
    staged: Object.fromEntries(changed.map((key) => [key, form[key] ?? null])),
    overtaken: overtaken.map(String),
  };
}

/** The saved values, and null for each of these names that has none. */
function withAbsent(saved: Saved, names: object): Staged {
  return { ...Object.fromEntries(Object.keys(names).map((key) => [key, null])), ...saved };
}

/** What a deploy would change, by name, with the values on both sides. */
export function diffOf(staged: Staged, saved: Saved): ConfigDiff[] {
  return Object.entries(staged)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, after]) => {
      const before = Object.hasOwn(saved, key) ? (saved[key] ?? null) : null;
      return { key, kind: after === null ? 'removed' : before === null ? 'added' : 'changed', before, after };
    });
}

export type KeyProblem = 'form' | 'reserved';

export function keyProblem(key: string): KeyProblem | null {
  if (isReservedConfigKey(key)) return 'reserved';
  return isConfigKey(key) ? null : 'form';
}

export interface DotenvResult {
  vars: Record<string, string>;
  /** Numbers of lines that could not be read, from 1. */
  wrong: number[];
}

/**
 * Reads the text of a .env file: `KEY=value`, `export KEY=value`, quotes (double ones with \n, \" and \\), comments. Values
 * over several lines need double quotes.
 */
export function parseDotenv(text: string): DotenvResult {
  const vars: Record<string, string> = {};
  const wrong: number[] = [];
  const lines = text.split(/\r?\n/);
  for (let index = 0; index < lines.length; index += 1) {
    const number = index + 1;
    const line = lines[index]?.trim() ?? '';
    if (line === '' || line.startsWith('#')) continue;
    const match = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$/s.exec(line);
    const key = match?.[1];
    let raw = match?.[2];
    if (key === undefined || raw === undefined) {
      wrong.push(number);
      continue;
    }
    if (raw.startsWith('"')) {
      while (!closed(raw) && index + 1 < lines.length) raw += `\n${lines[++index] ?? ''}`;
      if (!closed(raw)) {
        wrong.push(number);
        continue;
      }
    }
    vars[key] = unquoted(raw);
  }
  return { vars, wrong };
}

/** Does a value that begins with a double quote have its closing one? */
function closed(raw: string): boolean {
  return /^"(?:[^"\\]|\\.)*"/s.test(raw);
}

function unquoted(raw: string): string {
  const double = /^"((?:[^"\\]|\\.)*)"/s.exec(raw);
  if (double) {
    return (double[1] ?? '').replace(/\\(.)/gs, (_, char: string) =>
      char === 'n' ? '\n' : char === 't' ? '\t' : char,
    );
  }
  const single = /^'([^']*)'/.exec(raw);
  if (single) return single[1] ?? '';
  return raw.replace(/\s+#.*$/, '').trim();
}
