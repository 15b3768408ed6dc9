import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cmd, copy, dockerfileText, entrypoint, env, from, jsonArgs, run } from './dockerfile-text.js';
import { parseDockerfile } from './dockerfile/parse.js';

const argument = fc
  .oneof(fc.string({ unit: 'binary-ascii' }), fc.string({ unit: 'grapheme' }))
  .filter((text) => !text.includes('\0'));
const nasty = fc.oneof(
  argument,
  fc.constantFrom(
    '\nRUN id',
    '\r\nUSER root',
    '" ]\nRUN x',
    '\\',
    '\\\n',
    '$PATH',
    '${A:-b}',
    '<<EOF',
    '# syntax=x',
    '\u2028RUN x',
    '`id`',
    "'",
    '[',
    ']',
  ),
);

describe('dockerfile text', () => {
  it('gives each argument back exactly when the array is read, and stays on one line', () => {
    fc.assert(
      fc.property(fc.array(nasty, { minLength: 1, maxLength: 6 }), (args) => {
        const text = jsonArgs(args);
        expect(JSON.parse(text)).toEqual(args);
        expect(text).not.toMatch(/[\n\r\u0085\u2028\u2029\ufeff]/);
      }),
    );
  });

  it('never lets a value end its instruction, begin another, or become a here-document', () => {
    fc.assert(
      fc.property(fc.array(nasty, { minLength: 1, maxLength: 6 }), (args) => {
        const text = dockerfileText([
          from('stack/node:1'),
          run(args),
          run(args, { id: 'cache', target: '/cache' }),
          copy(args, './'),
          entrypoint(args),
          cmd(args),
        ]);
        const keywords = parseDockerfile(text).instructions.map(({ keyword }) => keyword);
        expect(keywords).toEqual(['FROM', 'RUN', 'RUN', 'COPY', 'ENTRYPOINT', 'CMD']);
      }),
    );
  });

  it('keeps every variable, quote and pattern character of a copied name behind a backslash', () => {
    fc.assert(
      fc.property(nasty, (name) => {
        const [source] = JSON.parse(copy([name], './').replace(/^COPY --chown=1000:1000 /, '')) as string[];
        // What COPY does to a source: quotes and backslashes of the shell form first, then the pattern's own.
        const once = (text: string) => text.replace(/\\([\s\S])/g, '$1');
        const unescaped = (text: string) => text.replace(/\\[\s\S]/g, '');
        expect(unescaped(source ?? '')).not.toMatch(/[$'"]/);
        expect(unescaped(once(source ?? ''))).not.toMatch(/[*?[]/);
        expect(once(once(source ?? ''))).toBe(name);
      }),
    );
  });

  it('writes an environment value in quotes, and refuses one that has lines', () => {
    expect(env('A', 'x "y" $Z \\')).toBe('ENV A="x \\"y\\" \\$Z \\\\"');
    expect(() => env('A', 'x\nRUN id')).toThrow(RangeError);
    expect(() => env('A B', 'x')).toThrow(RangeError);
  });

  it('takes only image references and stage names in FROM', () => {
    expect(from('127.0.0.1:5000/stacks/node:24-1', 'build')).toBe(
      'FROM 127.0.0.1:5000/stacks/node:24-1 AS build',
    );
    for (const wrong of ['a b', 'a\nRUN id', '', '$X', '--platform=x y', 'a AS b']) {
      expect(() => from(wrong)).toThrow(RangeError);
    }
    expect(() => from('a', 'x y')).toThrow(RangeError);
  });

  it('refuses NUL, which no program can be given', () => {
    expect(() => cmd(['a\0b'])).toThrow(RangeError);
  });
});
