import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DetachKeys } from './detach-keys.js';

describe('Ctrl-P Ctrl-Q', () => {
  it('leaves, also when the keys come one by one, with what was typed before', () => {
    const keys = new DetachKeys();
    expect(keys.take(Buffer.from('ab\x10'))).toEqual({
      data: Uint8Array.from(Buffer.from('ab')),
      leave: false,
    });
    expect(keys.take(Buffer.from('\x11cd'))).toEqual({ data: new Uint8Array(), leave: true });
  });

  it('keeps nothing else back for longer than a key', () => {
    const typed = fc.array(fc.uint8Array({ minLength: 1 }).filter((bytes) => !bytes.includes(0x11)));
    fc.assert(
      fc.property(typed, (pieces) => {
        const keys = new DetachKeys();
        const end = Uint8Array.of(0x61);
        const passed = [...pieces, end].map((piece) => keys.take(piece));
        expect(passed.some(({ leave }) => leave)).toBe(false);
        expect(Buffer.concat(passed.map(({ data }) => data))).toEqual(Buffer.concat([...pieces, end]));
      }),
    );
  });
});
