import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tomlLines } from './toml-lines.js';

const text = `# x
title = "a" # [no.table]
[build]
root = '''
[not] = 1
'''
env.A = "1"
list = [
  "x", # ]
  { deep = 1 },
]
"quoted key" = 2
[ build . args ]
B = "\\"]"
[[many]]
c = 1`;

describe('lines of TOML keys', () => {
  it.each([
    [['title'], 2],
    [['build'], 3],
    [['build', 'root'], 4],
    [['build', 'env'], 7],
    [['build', 'env', 'A'], 7],
    [['build', 'list', 1, 'deep'], 8],
    [['build', 'quoted key'], 12],
    [['build', 'args'], 13],
    [['build', 'args', 'B'], 14],
    [['many'], 15],
    [['many', 0, 'c'], 16],
    [['build', 'nowhere'], 3],
    [['nowhere'], 1],
  ])('finds %j', (path, line) => {
    expect(tomlLines(text).of(path)).toBe(line);
  });

  it('ends, with a line that exists, for any text', () => {
    const piece = fc.constantFrom(
      '"""',
      "'''",
      '"',
      "'",
      '[',
      ']',
      '{',
      '}',
      '=',
      '.',
      '\n',
      '#',
      '\\',
      'a',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const any = pieces.join('');
        const line = tomlLines(any).of(['a']);
        expect(line).toBeGreaterThan(0);
        expect(line).toBeLessThanOrEqual(any.split('\n').length);
      }),
    );
  });
});
