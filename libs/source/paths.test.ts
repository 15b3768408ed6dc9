import fc from 'fast-check';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { linkProblem, pathProblem } from './paths.js';

describe('pathProblem', () => {
  it.each([
    '/etc/passwd',
    '../up',
    'a/../b',
    './a',
    'a//b',
    'a/',
    '',
    'a\\b',
    'C:/x',
    'a\0b',
    'a\nb',
    '.git/config',
    'sub/.GIT/hooks/post-update',
    'GIT~1/x',
    '.git. /x',
    'x'.repeat(256),
    Array.from({ length: 65 }, () => 'd').join('/'),
    'bad\ufffdname',
  ])('refuses %j', (path) => {
    expect(pathProblem(path)).toEqual(expect.any(String));
  });

  it.each(['a', '.gitignore', '.github/x.yml', 'ünï/日本.txt', 'a b/c', '...', 'x.git/y', '-rf', '$(id)'])(
    'takes %j',
    (path) => {
      expect(pathProblem(path)).toBeNull();
    },
  );

  it('never takes a path that leaves the folder it is joined to', () => {
    const part = fc.oneof(
      fc.constantFrom('..', '.', '', 'a', '.git', 'b\\c'),
      fc.string({ unit: 'grapheme' }),
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 8 }), (parts) => {
        const path = parts.join('/');
        if (pathProblem(path) === null) {
          expect(posix.normalize(path)).toBe(path);
          expect(posix.join('/base', path).startsWith('/base/')).toBe(true);
        }
      }),
    );
  });
});

describe('linkProblem', () => {
  it.each([
    ['a', '/etc/passwd'],
    ['a', '..'],
    ['a', '../x'],
    ['d/a', '../../x'],
    ['d/a', 'b/../../x'],
    ['a', 'b/..'],
    ['a', ''],
    ['a', 'b\0c'],
  ])('refuses %s -> %j', (path, target) => {
    expect(linkProblem(path, target)).toEqual(expect.any(String));
  });

  it.each([
    ['a', 'b'],
    ['d/a', '../b'],
    ['d/e/a', '../../b/c'],
    ['a', './b//c'],
    ['d/a', '..'],
  ])('takes %s -> %j', (path, target) => {
    expect(linkProblem(path, target)).toBeNull();
  });

  it('takes no link that leaves the source, whatever other links are on its way', () => {
    // A model of the file system: every name may be a link taken by the rule, resolved as the kernel does.
    const name = fc.constantFrom('a', 'b', 'c');
    const place = fc.array(name, { minLength: 1, maxLength: 3 });
    const target = fc.array(fc.oneof(name, fc.constant('..')), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(fc.tuple(place, target), { maxLength: 5 }), place, (links, start) => {
        const taken = new Map<string, string[]>();
        for (const [at, to] of links) {
          const path = at.join('/');
          const throughLink = [...taken.keys()].some(
            (other) => path.startsWith(`${other}/`) || other.startsWith(`${path}/`),
          );
          if (!throughLink && linkProblem(path, to.join('/')) === null) taken.set(path, to);
        }
        const todo: string[] = [...start];
        const at: string[] = [];
        for (let hops = 0; todo.length > 0 && hops < 200; hops++) {
          const part = todo.shift();
          if (part === '..') {
            expect(at.length, 'climbs above the source').toBeGreaterThan(0);
            at.pop();
            continue;
          }
          at.push(part ?? '');
          const link = taken.get(at.join('/'));
          if (link) {
            at.pop();
            todo.unshift(...link);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
