import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostKey } from '#apps/activator/src/host-name.js';

describe('hostKey', () => {
  it.each([
    ['hello.apps.localhost', 'hello.apps.localhost'],
    ['Hello.Apps.LOCALHOST:8080', 'hello.apps.localhost'],
    ['hello.apps.localhost.', 'hello.apps.localhost'],
    ['hello.apps.localhost.:8080', 'hello.apps.localhost'],
    ['localhost', 'localhost'],
    ['127.0.0.1:80', '127.0.0.1'],
  ])('reads %s as %s', (header, key) => expect(hostKey(header)).toBe(key));

  it.each([
    undefined,
    '',
    ':80',
    '..',
    'a..b',
    'a b',
    'a/b',
    'a`b',
    '[::1]:80',
    'ä.de',
    `${'a'.repeat(64)}.de`,
  ])('refuses %s', (header) => expect(hostKey(header)).toBeNull());

  it('never answers with anything but a plain lower-case name, whatever is sent', () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        const key = hostKey(header);
        expect(key === null || /^[a-z0-9_.-]+$/.test(key)).toBe(true);
      }),
    );
  });

  it('does not depend on case, port or a trailing dot', () => {
    const label = fc.stringMatching(/^[a-z0-9]{1,10}$/);
    fc.assert(
      fc.property(
        fc.array(label, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 65535 }),
        (labels, port) => {
          const host = labels.join('.');
          for (const form of [host, host.toUpperCase(), `${host}.`, `${host}:${port}`, `${host}.:${port}`]) {
            expect(hostKey(form)).toBe(host);
          }
        },
      ),
    );
  });
});
