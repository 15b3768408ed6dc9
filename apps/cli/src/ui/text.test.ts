import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cut, pad, safe, width, wrap } from './text.js';

const ESC = '\u001b';
const nasty = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ESC,
        '[',
        ']',
        '0;evil',
        '\u0007',
        'm',
        '31',
        '\r',
        '\u009b',
        '\u0001',
        '\u0002',
        'a',
        '漢',
        '\u202e',
        'P',
        '\\',
      ),
      fc.string({ unit: 'binary' }),
    ),
    { maxLength: 20 },
  )
  .map((parts) => parts.join(''));
const isControl = (letter: string): boolean => {
  const code = letter.codePointAt(0) ?? 0;
  return code !== 10 && (code < 32 || (code >= 127 && code < 160));
};

describe('text of others', () => {
  it('reaches the terminal without a single control character', () => {
    fc.assert(fc.property(nasty, (text) => void expect([...safe(text)].filter(isControl)).toEqual([])));
  });

  it('keeps colours where they are wanted, and nothing but colours', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const rest = safe(text, true).replace(new RegExp(`${ESC}\\[[0-9;:]*m`, 'g'), '');
        expect([...rest].filter(isControl)).toEqual([]);
      }),
    );
    expect(safe(`${ESC}[31mred${ESC}[0m`, true)).toBe(`${ESC}[31mred${ESC}[0m`);
    expect(safe(`${ESC}[31mred${ESC}[0m`)).toBe('red');
  });

  it.each([
    [`${ESC}]0;title\u0007after`, 'after'],
    [`${ESC}]8;;http://x${ESC}\\link`, 'link'],
    [`${ESC}[2Jcleared`, 'cleared'],
    [`a\rb`, 'ab'],
    [`${ESC}Pdevice${ESC}\\x`, 'x'],
    ['abc\u202etxt.exe', 'abctxt.exe'],
    ['a\tb', 'a    b'],
  ])('%j becomes %j', (text, shown) => {
    expect(safe(text)).toBe(shown);
  });
});

describe('width', () => {
  it('counts wide letters twice, marks and colours not', () => {
    expect([width('漢字'), width('e\u0301'), width(`${ESC}[1mab${ESC}[0m`), width('🚀')]).toEqual([
      4, 1, 2, 2,
    ]);
  });

  it('is what cut and pad keep to', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '漢', ' ', 'é') }),
        fc.integer({ min: 2, max: 30 }),
        (text, columns) => {
          expect(width(cut(text, columns))).toBeLessThanOrEqual(columns);
          expect(width(pad(cut(text, columns), columns))).toBe(columns);
        },
      ),
    );
  });
});

describe('wrap', () => {
  it('loses no word and breaks no line that fits', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,9}$/), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(words, fc.integer({ min: 9, max: 40 }), (list, columns) => {
        const lines = wrap(list.join(' '), columns);
        expect(lines.join(' ').split(' ')).toEqual(list);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
      }),
    );
  });
});
