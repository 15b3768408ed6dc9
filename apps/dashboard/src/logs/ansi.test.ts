import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ansiSpans } from './ansi.ts';

describe('ANSI colours', () => {
  it('become spans with classes, and end where they were reset', () => {
    expect(ansiSpans('a \x1b[1;31mred\x1b[0m b \x1b[38;5;200mx\x1b[39m \x1b[92mok\x1b[m')).toEqual([
      { text: 'a ', look: '' },
      { text: 'red', look: 'ansi-1 ansi-bold' },
      { text: ' b ', look: '' },
      { text: 'x', look: '' },
      { text: ' ', look: '' },
      { text: 'ok', look: 'ansi-2' },
    ]);
  });

  it('are dropped where they would move the cursor or name the window', () => {
    expect(
      ansiSpans('\x1b[2K\x1b[1Gdone\x1b]0;title\x07!')
        .map(({ text }) => text)
        .join(''),
    ).toBe('done!');
  });

  it('never add or lose a character of plain text', () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !text.includes('\x1b')),
        (text) => {
          expect(
            ansiSpans(text)
              .map((span) => span.text)
              .join(''),
          ).toBe(text);
        },
      ),
    );
  });
});
