import { Failure } from '../frame/failure.js';

/** The row of this id, or of which this is the end: four characters at least, and of one row only. Throws a failure. */
export function byId<T extends { id: string }>(
  rows: readonly T[],
  typed: string,
  missing: { what: string; todo: string },
): T {
  const found = rows.filter(({ id }) => id === typed || (typed.length >= 4 && id.endsWith(typed)));
  if (found.length === 1 && found[0]) return found[0];
  throw new Failure(`There is no ${missing.what} ${typed}.`, { todo: missing.todo, exit: 'missing' });
}
