import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffLines, unified } from './line-diff.js';

const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 30 });

describe('a diff of lines', () => {
  it('holds both texts: without what was added it is the first, without what was removed the second', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diffLines(before, after) ?? [];
        const left = lines.filter(({ kind }) => kind !== 'added').map((line) => line.text);
        const right = lines.filter(({ kind }) => kind !== 'removed').map((line) => line.text);
        expect(left).toEqual(before);
        expect(right).toEqual(after);
      }),
    );
  });

  it('is the shortest: never longer than through the longest common part', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const edits = (diffLines(before, after) ?? []).filter(({ kind }) => kind !== 'same').length;
        expect(edits).toBe(before.length + after.length - 2 * commonLength(before, after));
      }),
    );
  });

  it('is given up when it takes more edits than allowed', () => {
    expect(diffLines(['a', 'b'], ['c', 'd'], 3)).toBeNull();
    expect(diffLines(['a', 'b'], ['c', 'd'], 4)).toHaveLength(4);
  });

  it('is shown in unified form, with the lines around', () => {
    const before = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
    const after = [...before.slice(0, 4), 'five', ...before.slice(5)];
    expect(unified(diffLines(before, after) ?? [], 1)).toBe('@@ -4,3 +4,3 @@\n 4\n-5\n+five\n 6');
    expect(unified(diffLines([], ['x']) ?? [])).toBe('@@ -0,0 +1,1 @@\n+x');
    expect(unified(diffLines(before, before) ?? [])).toBe('');
  });
});

/** Length of the longest common subsequence, by the textbook's table. */
function commonLength(one: string[], other: string[]): number {
  const row = new Array<number>(other.length + 1).fill(0);
  for (const left of one) {
    let diagonal = 0;
    other.forEach((right, index) => {
      const above = row[index + 1] ?? 0;
      row[index + 1] = left === right ? diagonal + 1 : Math.max(above, row[index] ?? 0);
      diagonal = above;
    });
  }
  return row[other.length] ?? 0;
}
