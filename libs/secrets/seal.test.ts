import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { Sealer } from './seal.js';

const key = () => randomBytes(32).toString('base64');

describe('Sealer', () => {
  it('opens every value that it sealed, in its own context', () => {
    const sealer = new Sealer(key());
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (plain, context) => {
        expect(sealer.open(sealer.seal(plain, context), context)).toBe(plain);
      }),
    );
  });

  it('never shows the value in the sealed text, and seals the same value differently each time', () => {
    const sealer = new Sealer(key());
    const [a, b] = [sealer.seal('hunter2-hunter2', 'c'), sealer.seal('hunter2-hunter2', 'c')];
    expect(a).not.toBe(b);
    expect(Buffer.from(a, 'utf8').includes('hunter2')).toBe(false);
  });

  it('refuses another key, another context and damage', () => {
    const sealer = new Sealer(key());
    const sealed = sealer.seal('value', 'config:a');
    expect(() => sealer.open(sealed, 'config:b')).toThrow(/cannot be opened/);
    expect(() => new Sealer(key()).open(sealed, 'config:a')).toThrow(/cannot be opened/);
    expect(() => sealer.open(sealed.slice(0, -2), 'config:a')).toThrow(/cannot be opened/);
    expect(() => sealer.open('nonsense', 'config:a')).toThrow(/cannot be opened/);
  });

  it('refuses a key of another length', () => {
    expect(() => new Sealer(randomBytes(16).toString('base64'))).toThrow(/32 bytes/);
  });
});
