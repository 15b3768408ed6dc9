import { describe, expect, it } from 'vitest';
import { readShares } from './shares.js';

describe('the shares of berth split', () => {
  it('name the release that is not live, alone or with the rest', () => {
    expect(readShares(['v13=10'], 12)).toEqual({ release: 13, percent: 10 });
    expect(readShares(['v12=90', '13=10%'], 12)).toEqual({ release: 13, percent: 10 });
  });

  it.each([
    [['v12=90', 'v13=20']],
    [['v13=0']],
    [['v13=100']],
    [['v12=10']],
    [['v13']],
    [['v13=5', 'v14=5']],
  ])('are refused where they do not add up: %j', (words) => {
    expect(() => readShares(words, 12)).toThrow();
  });
});
