import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoted, word } from './caddy-text.js';
import { caddyfile } from './caddyfile.js';

const nasty = fc
  .string({ unit: fc.constantFrom('a', '"', '\\', '{', '}', '$', '#', ' ', '/') })
  .filter((text) => !text.includes('{$'));

/** The lines of a configuration with what stands in quotes taken out. */
const bones = (text: string) => text.replace(/`[^`]*`/g, '``');

describe('a word of the server’s configuration', () => {
  it('is one word on one line, whatever is in it, and holds no placeholder', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const written = word(text);
        expect(written).toMatch(/^`[^`]*`$/);
        expect(written.replace(/\\[{}]/g, '')).not.toMatch(/[{}]/);
      }),
    );
  });

  it.each(['a\nb', 'a\u0000b', '{$HOME}', '`'])('refuses %j', (text) => {
    expect(() => quoted(text)).toThrow(RangeError);
  });
});

describe('the server of a site', () => {
  const plain = { singlePage: false, built: false, redirects: [], headers: [] };

  it('has the same form whatever an author’s rules say', () => {
    const made = (text: string) =>
      bones(
        caddyfile({
          ...plain,
          redirects: [{ from: `/${text}`, to: `/${text}`, status: 301, force: false }],
          headers: [{ path: `/${text}`, headers: [['X', text]] }],
        }),
      );
    fc.assert(
      fc.property(nasty, (text) => {
        expect(made(text)).toBe(made('a'));
      }),
    );
  });

  it('lets browsers keep only what a build named after its content', () => {
    expect(caddyfile(plain)).not.toContain('immutable');
    const pattern =
      /@hashed \{\n\s+path_regexp `([^`]+)`/.exec(caddyfile({ ...plain, built: true }))?.[1] ?? '';
    const hashed = new RegExp(pattern);
    for (const path of [
      '/assets/index-DiwrgTda.js',
      '/static/js/main.0a1b2c3d.chunk.js',
      '/_astro/hoisted.B4x.css',
      '/_app/immutable/entry/start.js',
    ])
      expect(path).toMatch(hashed);
    for (const path of ['/index.html', '/assets/logo.png', '/app.js', '/favicon.ico', '/js/main.js'])
      expect(path).not.toMatch(hashed);
  });

  it('answers unknown paths with the page only where routes live in the browser', () => {
    expect(caddyfile(plain)).not.toContain('rewrite * /index.html');
    expect(caddyfile({ ...plain, singlePage: true })).toContain('rewrite * /index.html');
  });
});
