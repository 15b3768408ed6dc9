import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanLine, LineSplitter } from './line-splitter.js';

function split(pieces: Uint8Array[]): string[] {
  const splitter = new LineSplitter();
  return [...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.end()];
}

/** Bytes of any kind, with line ends, carriage returns and escapes among them. */
const output = fc
  .array(fc.oneof(fc.nat(255), fc.constantFrom(10, 13, 27, 0xe2, 0x82, 0xac)), { maxLength: 60 })
  .map((bytes) => Uint8Array.from(bytes));

describe('line splitter', () => {
  it('gives the same lines however the output is cut into pieces', () => {
    fc.assert(
      fc.property(output, fc.array(fc.nat(20)), (output, cuts) => {
        const bytes = Buffer.from(output);
        const pieces: Uint8Array[] = [];
        let at = 0;
        for (const cut of cuts) {
          pieces.push(bytes.subarray(at, at + cut));
          at += cut;
        }
        pieces.push(bytes.subarray(at));
        expect(split(pieces)).toEqual(split([bytes]));
      }),
    );
  });

  it('keeps the last state of a line that is drawn over, without colours and control characters', () => {
    expect(cleanLine('10%\r50%\r\u001b[32mdone\u001b[0m\u0007\r')).toBe('done');
    expect(cleanLine('a\tb\u0000')).toBe('a\tb');
  });

  it('bounds what one line may be', () => {
    const splitter = new LineSplitter();
    const lines = splitter.push(Buffer.alloc(1_000_000, 'x'));
    expect(lines).toHaveLength(1);
    expect(lines[0]?.length).toBeLessThan(5000);
    expect(splitter.end()).toEqual([]);
  });
});
