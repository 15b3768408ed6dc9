import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BerthError } from '#libs/core/errors.js';
import { pathPattern } from './caddy-text.js';
import { parseHeaders } from './headers.js';
import { parseRedirects } from './redirects.js';

describe('_redirects', () => {
  it('reads paths, statuses and force; comments and empty lines count for nothing', () => {
    const { rules } = parseRedirects(
      '_redirects',
      '\ufeff# all\r\n/a /b\n\n/c https://x.example/d 302 # why\n/* /index.html 200!\n',
    );
    expect(rules).toEqual([
      { from: '/a', to: '/b', status: 301, force: false },
      { from: '/c', to: 'https://x.example/d', status: 302, force: false },
      { from: '/*', to: '/index.html', status: 200, force: true },
    ]);
  });

  it.each([
    ['/a /b 302 Country=us', 'it depends on who asks'],
    ['/a id=:id /b/:id 301', 'it depends on query parameters'],
    ['/a https://x.example/:splat 200', 'it would fetch from another host'],
    ['https://old.example/* https://new.example/:splat', 'it is about another host'],
  ])('leaves out %s, and says why', (line, why) => {
    const { rules, warnings } = parseRedirects('public/_redirects', line);
    expect(rules).toEqual([]);
    expect(warnings.join()).toContain(`public/_redirects, line 1: ${why}`);
  });

  it.each([
    ['a /b', '"a" is not a path'],
    ['/a', 'it says nothing to go to'],
    ['/a /b 999', '"999" is not one of 200, 301'],
    ['/a*b /c', '"/a*b" has a * that is not its end'],
    ['/a /b/:splat', '":splat" stands for nothing in "/a"'],
  ])('names the line of %s', (line, what) => {
    expect(() => parseRedirects('_redirects', `/x /y\n${line}`)).toThrow(`_redirects, line 2: ${what}`);
  });

  it('gives rules or names a line, for any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('/', 'a', ':', '*', ' ', '\n', '2', '0', '!', '#') }),
        (text) => {
          try {
            parseRedirects('_redirects', text);
          } catch (error) {
            expect(error).toBeInstanceOf(BerthError);
          }
        },
      ),
    );
  });
});

describe('the pattern of a path', () => {
  const match = (path: string, url: string) => {
    const { pattern, names } = pathPattern(path);
    const found = new RegExp(pattern).exec(url);
    return found === null ? null : Object.fromEntries(names.map((name, at) => [name, found[at + 1] ?? '']));
  };

  it.each([
    ['/a', '/a', {}],
    ['/a', '/a/', {}],
    ['/a', '/ab', null],
    ['/blog/*', '/blog', { splat: '' }],
    ['/blog/*', '/blog/x/y', { splat: 'x/y' }],
    ['/blog/*', '/blogs', null],
    ['/*', '/', { splat: '' }],
    ['/*', '/x', { splat: 'x' }],
    ['/:year/:slug', '/2020/hi', { year: '2020', slug: 'hi' }],
    ['/:year/:slug', '/2020/hi/there', null],
    ['/a.b', '/axb', null],
  ])('%s against %s', (path, url, groups) => {
    expect(match(path, url)).toEqual(groups);
  });
});

describe('_headers', () => {
  it('reads the headers of each path; a name may come twice', () => {
    expect(parseHeaders('_headers', '# x\n/*\n  X-A: 1\n\tX-A: a: b\n/b\n/c\n  Link: </x>; rel="y"')).toEqual(
      [
        {
          path: '/*',
          headers: [
            ['X-A', '1'],
            ['X-A', 'a: b'],
          ],
        },
        { path: '/c', headers: [['Link', '</x>; rel="y"']] },
      ],
    );
  });

  it.each([
    ['  X-A: 1', 'there is no path above'],
    ['/a\n  nonsense', '"nonsense" is not "Name: value"'],
    ['/a\n  -X: 1', 'is not "Name: value"'],
    ['/a\n  Content-Length: 1', 'Content-Length is set by the server itself'],
    ['a', 'is not a path'],
  ])('names the line of %j', (text, what) => {
    expect(() => parseHeaders('_headers', text)).toThrow(new RegExp(`_headers, line [12]: .*${what}`));
  });
});
