import { describe, expect, it } from 'vitest';
import { hashPassword, passwordMatches } from './passwords.js';

describe('passwords', () => {
  it('are kept as argon2id', async () => {
    expect(await hashPassword('correct horse')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it('match themselves only, and nobody’s password matches nothing', async () => {
    const stored = await hashPassword('correct horse');
    expect(await passwordMatches('correct horse', stored)).toBe(true);
    expect(await passwordMatches('wrong horse', stored)).toBe(false);
    expect(await passwordMatches('correct horse', null)).toBe(false);
  });

  it('beyond what can wait are refused at once, and those that wait are answered', async () => {
    const all = await Promise.allSettled(Array.from({ length: 40 }, () => hashPassword('x')));
    const refused = all.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBe(40 - 34);
    expect(await hashPassword('x')).toContain('argon2id');
  });
});
