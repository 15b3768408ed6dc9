import { BerthError } from '#libs/core/errors.js';
import type { Page, PageQuery } from '#libs/contracts/api/common.js';

/** A position in a list, opaque to clients: which list it is of, and the key of the last item seen. */
export function encodeCursor(list: string, key: string): string {
  return Buffer.from(JSON.stringify([list, key])).toString('base64url');
}

/** The key in a cursor of this list; null without a cursor. Throws `cursor_invalid`. */
export function decodeCursor(list: string, cursor: string | undefined): string | null {
  if (cursor === undefined) return null;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parsed) && parsed.length === 2 && parsed[0] === list && typeof parsed[1] === 'string')
      return parsed[1];
  } catch {
    // Falls through: whatever it is, it is not ours.
  }
  throw new BerthError('cursor_invalid', 'This cursor is not of this list; begin without one.');
}

/** What the keys of a list look like: checked, since a cursor comes from outside. */
export const cursorKey = {
  uuid: (key: string) => (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(key) ? key : null),
  name: (key: string) => (key.length <= 300 ? key : null),
  number: (key: string) => (/^\d{1,9}$/.test(key) ? Number(key) : null),
  bigint: (key: string) => (/^\d{1,18}$/.test(key) ? BigInt(key) : null),
} as const;

/**
 * One page of a list: asks for one item more than shown, so that it knows whether there is a next page.
 *
 * @param fetch gets the key after which to go on (null: from the start) and how many items to take.
 */
export async function page<Row, Key, View>(
  query: PageQuery,
  list: {
    name: string;
    parse: (key: string) => Key | null;
    keyOf: (row: Row) => Key;
    fetch: (from: Key | null, take: number) => Promise<Row[]>;
    view: (rows: Row[]) => View[] | Promise<View[]>;
  },
): Promise<Page<View>> {
  const text = decodeCursor(list.name, query.cursor);
  const from = text === null ? null : list.parse(text);
  if (text !== null && from === null)
    throw new BerthError('cursor_invalid', 'This cursor is not of this list; begin without one.');
  const rows = await list.fetch(from, query.limit + 1);
  const shown = rows.slice(0, query.limit);
  const last = shown.at(-1);
  return {
    items: await list.view(shown),
    next: rows.length > query.limit && last ? encodeCursor(list.name, String(list.keyOf(last))) : null,
  };
}
