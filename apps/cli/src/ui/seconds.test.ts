import { describe, expect, it } from 'vitest';
import { parseSeconds } from './seconds.js';

describe('a length of time', () => {
  it('is written as people write it', () => {
    expect(['45', '30s', '10m', '1h30m', '2d'].map(parseSeconds)).toEqual([45, 30, 600, 5_400, 172_800]);
  });

  it('is refused in any other form', () => {
    for (const text of ['', '10 m', '-5s', '1w', 'm', '1.5h', '30s '])
      expect(() => parseSeconds(text)).toThrow(/no length of time/);
  });
});
