import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { terminalText } from './terminal-text.js';

describe('a line of a terminal', () => {
  it.each([
    ['plain', 'plain'],
    ['\u001b[32m✓\u001b[39m done\r', '✓ done'],
    ['10 %\r50 %\r100 %', '100 %'],
    ['$ lsx\b \b -l', '$ ls -l'],
    ['\u001b]0;title\u0007$ \u001b[?2004hecho 你好\u001b[?2004l', '$ echo 你好'],
    ['\u0000\u0001\u001b[2J\u001b[H', ''],
  ])('%j reads %j', (written, read) => expect(terminalText(written)).toBe(read));

  it('holds no control character whatever is printed, and text without any is left as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const read = terminalText(text.replaceAll('\n', ''));
        expect(read).not.toMatch(/(?!\t)\p{Cc}/u);
        expect(terminalText(read)).toBe(read);
      }),
    );
  });
});
