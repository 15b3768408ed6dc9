import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import {
  appHost,
  isConfigKey,
  isDomainName,
  isName,
  isReservedConfigKey,
  nameProblem,
  releaseHost,
} from './names.js';

const name = fc.stringMatching(/^[a-z][a-z0-9]{1,15}(-[a-z0-9]{1,8}){0,2}$/).filter(isName);

describe('names', () => {
  it('makes host labels of at most 63 characters from every valid name, and no two apps or releases share a host', () => {
    fc.assert(
      fc.property(name, name, fc.nat(99_999), fc.nat(99_999), (a, b, m, n) => {
        const label = releaseHost(a, m, 'apps.localhost').split('.')[0] ?? '';
        expect(label.length).toBeLessThanOrEqual(63);
        expect(isDomainName(appHost(a, 'apps.localhost'))).toBe(true);
        expect(releaseHost(a, m, 'x.y')).not.toBe(appHost(b, 'x.y'));
        if (a !== b || m !== n) expect(releaseHost(a, m, 'x.y')).not.toBe(releaseHost(b, n, 'x.y'));
      }),
    );
  });

  it('says what is wrong with exactly the names that it refuses', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 50 }), (text) => (nameProblem(text) === null) === isName(text)),
    );
    for (const bad of [
      '',
      'a',
      'A',
      '1a',
      'a--b',
      '-a',
      'a-',
      'a_b',
      'a.b',
      '../x',
      'api',
      'é',
      'a'.repeat(41),
    ]) {
      expect(nameProblem(bad)).not.toBeNull();
    }
  });

  it('keeps the platform’s variables for the platform', () => {
    expect(['PORT', 'BERTH_APP', 'BERTH_ANYTHING'].every(isReservedConfigKey)).toBe(true);
    expect(isReservedConfigKey('PORTAL')).toBe(false);
  });

  it('takes POSIX variable names only', () => {
    expect(['A', '_a', 'NODE_ENV', 'a1'].every(isConfigKey)).toBe(true);
    expect(['', '1A', 'A-B', 'A B', 'A=B', 'A\n', 'Ä', 'a'.repeat(129)].some(isConfigKey)).toBe(false);
  });

  it('takes ASCII domain names of two labels or more', () => {
    expect(['example.com', 'a.b.c', 'xn--bcher-kva.example'].every(isDomainName)).toBe(true);
    const bad = [
      'localhost',
      'a..b',
      '-a.com',
      'a-.com',
      '*.a.com',
      'a.com:80',
      'A.com',
      'a_b.com',
      'a.com/',
      '127.0.0.1',
      '203.0.113.9',
    ];
    expect(bad.some(isDomainName)).toBe(false);
  });
});
