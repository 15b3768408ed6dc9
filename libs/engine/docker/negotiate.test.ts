import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareApiVersions, negotiate } from './negotiate.js';

describe('API version negotiation', () => {
  it('speaks what Engine 20.10 offers', () => {
    expect(negotiate('1.41', '1.12')).toBe('1.41');
  });

  it('stays at the newest version that it knows when the Engine is newer', () => {
    expect(negotiate('1.56', '1.44')).toBe('1.52');
  });

  it('follows an Engine that has dropped everything it knows', () => {
    expect(negotiate('1.70', '1.60')).toBe('1.60');
  });

  it('refuses an Engine that is too old', () => {
    expect(negotiate('1.40', '1.12')).toBeNull();
  });

  it('never leaves the range that the daemon offers', () => {
    const minor = fc.integer({ min: 12, max: 90 });
    fc.assert(
      fc.property(minor, minor, (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const version = negotiate(`1.${high}`, `1.${low}`);
        if (version === null) return high < 41;
        return compareApiVersions(version, `1.${low}`) >= 0 && compareApiVersions(version, `1.${high}`) <= 0;
      }),
    );
  });
});
