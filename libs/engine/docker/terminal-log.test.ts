import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TerminalLog } from './terminal-log.js';

const at = (n: number): string => `2026-01-02T03:04:05.${String(n).padStart(9, '0')}Z`;
const part = 'x'.repeat(16 * 1024);

function read(bytes: Buffer, size: number) {
  const log = new TerminalLog();
  const lines = [];
  for (let from = 0; from < bytes.length; from += size)
    lines.push(...log.push(bytes.subarray(from, from + size)));
  return [...lines, ...log.end()].map((line) => [line.at, line.text]);
}

describe('the log of a terminal', () => {
  it('gives the same lines wherever the chunks are cut', () => {
    const texts = fc.array(fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[\r\n]/g, '')));
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 40 }), (written, size) => {
        const bytes = Buffer.from(written.map((text, n) => `${at(n)} ${text}\r\n`).join(''));
        expect(read(bytes, size)).toEqual(written.map((text, n) => [at(n), text]));
      }),
    );
  });

  // As Engine 20.10 writes it.
  it.each([1_000, 50_000])('cuts a long line into its parts (chunks of %i)', (size) => {
    const bytes = Buffer.from(
      `${at(1)} a\r\n${at(2)} ${part}${at(2)} ${part}${at(2)} rest\r${at(3)} next\r\n${at(4)} last`,
    );
    expect(read(bytes, size)).toEqual([
      [at(1), 'a'],
      [at(2), part],
      [at(2), part],
      [at(2), 'rest'],
      [at(3), 'next'],
      [at(4), 'last'],
    ]);
  });
});
