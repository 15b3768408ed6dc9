import { describe, expect, it } from 'vitest';
import { parseBytes } from './bytes.js';

describe('a size', () => {
  it('is written as people write it', () => {
    expect(['512KB', '10MB', '10 mb', '1GB'].map(parseBytes)).toEqual([
      524_288, 10_485_760, 10_485_760, 1_073_741_824,
    ]);
  });

  it('is refused in any other form', () => {
    for (const text of ['', '10', '-5MB', '1TB', '1.5GB']) expect(() => parseBytes(text)).toThrow(/no size/);
  });
});
