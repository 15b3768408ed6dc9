import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cursorKey, decodeCursor, encodeCursor, page } from './cursor.js';

describe('cursor', () => {
  it('gives back the key for its own list, whatever the key', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (list, key) => {
        expect(decodeCursor(list, encodeCursor(list, key))).toBe(key);
      }),
    );
  });

  it('of another list, damaged or made up is refused, never understood', () => {
    expect(() => decodeCursor('apps', encodeCursor('teams', 'a'))).toThrow('not of this list');
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => decodeCursor('apps', text)).toThrow('not of this list');
      }),
    );
  });

  it('whose key is not of the list’s kind is refused', async () => {
    const cursor = encodeCursor('events', 'DROP TABLE');
    await expect(pages([1], { cursor, limit: 1 })).rejects.toThrow('not of this list');
  });
});

function pages(rows: number[], query: { limit: number; cursor?: string }) {
  return page(query, {
    name: 'events',
    parse: cursorKey.number,
    fetch: (after, take) => Promise.resolve(rows.filter((row) => row > (after ?? 0)).slice(0, take)),
    keyOf: (row) => row,
    view: (shown) => shown.map(String),
  });
}

describe('page', () => {
  it('shows every item once, in order, and ends with null, whatever the page size', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(40), fc.integer({ min: 1, max: 12 }), async (count, limit) => {
        const rows = Array.from({ length: count }, (_, index) => index + 1);
        const seen: string[] = [];
        let cursor: string | undefined;
        for (let turns = 0; turns <= count + 1; turns++) {
          const { items, next } = await pages(rows, { limit, cursor });
          seen.push(...items);
          if (next === null) break;
          cursor = next;
        }
        expect(seen).toEqual(rows.map(String));
      }),
    );
  });
});
