import { Failure, usage } from '../frame/failure.js';

/** The row of this id, or of which this is the end: four characters at least, and of one row only. Throws a failure. */
export function byId<T extends { id: string }>(
  rows: readonly T[],
  typed: string,
  missing: { what: string; todo: string },
): T {
  const [found, another] = rows.filter(({ id }) => id === typed || (typed.length >= 4 && id.endsWith(typed)));
  if (another) throw usage(`Several ${missing.what}s end in ${typed}.`, 'Write more of the id.');
  if (found) return found;
  throw new Failure(`There is no ${missing.what} ${typed}.`, { todo: missing.todo, exit: 'missing' });
}
