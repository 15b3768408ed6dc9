import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Masker } from './masker.js';

describe('masker', () => {
  it('leaves no config value in any text', () => {
    const value = fc.stringMatching(/^[A-Za-z0-9/+=_:.@ -]{6,30}$/).filter((text) => text.trim().length >= 6);
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('A', 'B', 'C'), value),
        fc.array(fc.string()),
        (config, around) => {
          const values = Object.values(config);
          const text = around
            .flatMap((piece, index) => [piece, values[index % Math.max(values.length, 1)] ?? ''])
            .join('');
          const masked = new Masker(config).mask(text);
          for (const secret of values) expect(masked).not.toContain(secret);
        },
      ),
    );
  });

  it('hides each line of a key, the password of an address, and encoded forms', () => {
    const masker = new Masker({
      KEY: '-----BEGIN-----\nMIIEvQIBADAN\n-----END-----',
      DATABASE_URL: 'postgres://app:s3cr%2Fet-pass@db/x',
    });
    expect(masker.mask('line MIIEvQIBADAN!')).toBe('line [KEY]!');
    expect(masker.mask('password s3cr/et-pass or s3cr%2Fet-pass')).toBe(
      'password [DATABASE_URL] or [DATABASE_URL]',
    );
    expect(masker.mask(Buffer.from('s3cr/et-pass').toString('base64'))).toBe('[DATABASE_URL]');
  });

  it('leaves short words alone', () => {
    expect(new Masker({ NODE_ENV: 'prod', DEBUG: 'true' }).mask('prod is true')).toBe('prod is true');
  });
});
