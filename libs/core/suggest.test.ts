import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distance, suggest } from './suggest.js';

const word = fc.string({ maxLength: 8, unit: fc.constantFrom('a', 'b', 'c', '-') });

describe('distance', () => {
  it('is 0 for equal words alone, the same both ways, and never more than the longer word', () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        const far = distance(a, b);
        expect(far === 0).toBe(a === b);
        expect(far).toBe(distance(b, a));
        expect(far).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });

  it('counts two swapped letters as one slip', () => {
    expect(distance('depoly', 'deploy')).toBe(1);
  });
});

describe('suggest', () => {
  it('offers what is near, nearest first, and nothing for what is far', () => {
    expect(suggest('realeses', ['releases', 'restart', 'release'])[0]).toBe('releases');
    expect(suggest('xyzzy', ['releases', 'restart'])).toEqual([]);
  });
});
