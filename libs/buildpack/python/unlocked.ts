import { z } from 'zod';

/** A dependency as Poetry and Pipenv write it; anything else (git, path, another index) is for the tool itself. */
const wish = z.union([
  z.string(),
  z.strictObject({
    version: z.string().default('*'),
    extras: z.array(z.string()).default([]),
    markers: z.string().optional(),
    optional: z.boolean().default(false),
  }),
]);

/**
 * What a project without a lockfile asks for, in Poetry's or Pipenv's words, as requirements from which uv picks: it needs no more of an index than pip
 * does, and goes where mirrors lead. Null where only the tool itself knows what is meant.
 */
export function unlockedRequirements(dependencies: Readonly<Record<string, unknown>>): string | null {
  const lines = Object.entries(dependencies)
    .filter(([name]) => name !== 'python')
    .map(([name, value]) => line(name, value));
  return lines.includes(null) ? null : lines.join('');
}

/** Empty for what is only installed when somebody asks. */
function line(name: string, value: unknown): string | null {
  const { data } = wish.safeParse(value);
  if (data === undefined) return null;
  const { version, extras, markers, optional } =
    typeof data === 'string' ? { version: data, extras: [], markers: undefined, optional: false } : data;
  if (optional) return '';
  const range = pep440(version);
  const isPlain =
    [name, ...extras].every((word) => /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(word)) &&
    (markers === undefined || /^[\w .,()<>=!~'"+*-]+$/.test(markers));
  if (range === null || !isPlain) return null;
  const more = extras.length === 0 ? '' : `[${extras.join(',')}]`;
  return `${name}${more}${range}${markers === undefined ? '' : ` ; ${markers}`}\n`;
}

/** `^1.2`, `~1.2`, `1.2.*`, `*`, `1.2`, `>=1,<2` in the words of PEP 440; null for others. */
function pep440(version: string): string | null {
  if (version.trim() === '*') return '';
  const parts = version.split(',').map((part) => condition(part.trim()));
  return parts.includes(null) ? null : parts.join(',');
}

function condition(part: string): string | null {
  const match = /^(\^|~=|~|==|!=|>=|<=|>|<|=)?\s*(\d[\w.+!-]*(?:\.\*)?)$/.exec(part);
  if (match === null) return null;
  const [, operator = '==', version = ''] = match;
  if (operator === '=') return `==${version}`;
  if (operator !== '^' && operator !== '~') return `${operator}${version}`;
  const numbers = /^\d+(?:\.\d+)*/.exec(version)?.[0].split('.').map(Number) ?? [];
  if (version.includes('*')) return null;
  return `>=${version},<${above(numbers, operator)}`;
}

/** The first version that is too new: a caret holds the leftmost number that is not 0, a tilde the second (or the only) one. */
function above(numbers: readonly number[], operator: '^' | '~'): string {
  const significant = numbers.findIndex((number) => number > 0);
  const last = numbers.length - 1;
  const held = operator === '~' ? Math.min(1, last) : significant === -1 ? last : significant;
  return [...numbers.slice(0, held), (numbers[held] ?? 0) + 1].join('.');
}
