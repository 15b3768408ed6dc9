import { describe, expect, it } from 'vitest';
import { tokenOfAuthorization } from './authenticate.js';
import { hashSecret, isTokenForm, newPasswordText, newTokenSecret } from './secrets.js';

describe('tokens', () => {
  it('have the form berth_<prefix>_<secret>, and are kept as the hash of the whole', () => {
    const { token, prefix, hash } = newTokenSecret();
    expect(isTokenForm(token)).toBe(true);
    expect(token.startsWith(`berth_${prefix}_`)).toBe(true);
    expect(hash).toBe(hashSecret(token));
    expect(hash).not.toContain(token);
  });

  it('differ from one another', () => {
    expect(new Set(Array.from({ length: 1000 }, () => newTokenSecret().token)).size).toBe(1000);
  });

  it('are read from Bearer, and from Basic as git sends it', () => {
    const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
    expect(tokenOfAuthorization('Bearer berth_x')).toBe('berth_x');
    expect(tokenOfAuthorization('bearer berth_x')).toBe('berth_x');
    expect(tokenOfAuthorization(basic('anybody:berth_x'))).toBe('berth_x');
    expect(tokenOfAuthorization(basic(':a:b'))).toBe('a:b');
    expect(tokenOfAuthorization(basic('no-colon'))).toBeNull();
    expect(tokenOfAuthorization('Digest x')).toBeNull();
    expect(tokenOfAuthorization(undefined)).toBeNull();
    expect(tokenOfAuthorization(`Bearer ${'x'.repeat(3000)}`)).toBeNull();
  });
});

describe('passwords for people', () => {
  it('have four groups without look-alikes', () => {
    expect(newPasswordText()).toMatch(/^[a-hjkmnp-z2-9]{5}(?:-[a-hjkmnp-z2-9]{5}){3}$/);
  });
});
