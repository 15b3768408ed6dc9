import { describe, expect, it } from 'vitest';
import { ThrottlingSpells, throttlingReason } from './throttling.js';

describe('throttling', () => {
  it('is told in words once it is noticeable', () => {
    expect(throttlingReason(0.2, 1)).toBeNull();
    expect(throttlingReason(0.634, 0.5)).toBe('Its CPU limit of 0.5 holds it back 63 % of the time.');
  });

  it('begins once, after three samples in a row, and again after it was over', () => {
    const spells = new ThrottlingSpells();
    const begins = (...shares: number[]) => shares.map((share) => spells.begins('a', share));
    expect(begins(0.9, 0.9, 0.1, 0.9, 0.9, 0.9, 0.9, 0.9)).toEqual([
      ...[false, false, false, false, false, true, false, false],
    ]);
    expect(begins(0, 0.5, 0.5, 0.5)).toEqual([false, false, false, true]);
    spells.forget(new Set());
    expect(begins(0.5, 0.5, 0.5)).toEqual([false, false, true]);
  });
});
