import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changesBetween, describeChanges } from './changes.js';
import { formatEnv, parseEnv, shellQuote } from './parse.js';

const key = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,10}$/);
/** Any text that a config variable may hold, on a line of its own or over several. */
const value = fc
  .string({ unit: fc.constantFrom('a', ' ', '"', "'", '\\', '#', '\n', '\r', '\t', '=', '$', '`', 'ü', 'n') })
  .filter((text) => !text.includes('\r\n'));

describe('a .env file', () => {
  it('that berth wrote is read back as the same variables', () => {
    fc.assert(
      fc.property(fc.dictionary(key, value), (vars) => {
        const text = Object.entries(vars)
          .map(([name, one]) => formatEnv(name, one))
          .join('\n');
        expect(Object.fromEntries(parseEnv(text, 'x'))).toEqual({ ...vars });
      }),
    );
  });

  it('is read as people write it', () => {
    const text = [
      '\ufeff# comment',
      'A=1',
      'export B = two words # comment',
      "C='as it is \\n $HOME'",
      'D="line one\\nline two"',
      'E="over',
      'two lines"',
      'F=',
      'G=a#b',
      'URL=postgres://u:p@h/db?x=1&y=2',
    ].join('\r\n');
    expect(Object.fromEntries(parseEnv(text, 'x'))).toEqual({
      A: '1',
      B: 'two words',
      C: 'as it is \\n $HOME',
      D: 'line one\nline two',
      E: 'over\ntwo lines',
      F: '',
      G: 'a#b',
      URL: 'postgres://u:p@h/db?x=1&y=2',
    });
  });

  it.each([
    ['A=1\nnot a variable', '.env, line 2: this is not KEY=VALUE'],
    ['1A=x', 'line 1'],
    ['A="open', 'a quote is not closed'],
    ['A="x" y', 'behind the closing quote'],
  ])('%j is refused, and the line named', (text, says) => {
    expect(() => parseEnv(text, '.env')).toThrow(says);
  });
});

describe('shellQuote', () => {
  it('gives a real shell one word, whatever is in it', () => {
    fc.assert(
      fc.property(value, (text) => {
        // shell-ok: the shell is what is tested
        const out = execFileSync('sh', ['-c', `printf %s ${shellQuote(text)}`], { encoding: 'utf8' });
        expect(out).toBe(text);
      }),
      { numRuns: 25 },
    );
  });
});

describe('changes', () => {
  it('turn the one set into the other, and name what they do without a value', () => {
    const vars = fc.dictionary(fc.constantFrom('A', 'B', 'C'), fc.constantFrom('1', '2'));
    fc.assert(
      fc.property(vars, vars, (before, after) => {
        const result = new Map<string, string>(Object.entries(before));
        const changes = changesBetween(new Map(Object.entries(before)), new Map(Object.entries(after)));
        for (const [name, one] of Object.entries(changes))
          if (one === null) result.delete(name);
          else result.set(name, one);
        expect(Object.fromEntries(result)).toEqual({ ...after });
      }),
    );
    expect(describeChanges({ A: 'secret', B: null })).toBe('Set A; removed B');
    expect(describeChanges({ B: null })).toBe('Removed B');
  });
});
