import { randomBytes } from 'node:crypto';
import { UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { RegistryTokens, TOKEN_SECONDS, type Grant } from './registry-token.js';

const now = new Date('2026-01-02T03:04:05Z');
const access: Grant[] = [{ type: 'repository', name: 'shop/hello', actions: ['pull'] }];
const secretKey = randomBytes(32).toString('base64');
const tokens = new RegistryTokens(secretKey);

describe('tokens of the registry', () => {
  it('say whose they are and what they are good for, until they run out', async () => {
    const token = await tokens.sign('ada', access, now);
    expect(await tokens.read(token, now)).toEqual({ userId: 'ada', access });
    const end = new Date(now.getTime() + TOKEN_SECONDS * 1000);
    expect(await tokens.read(token, new Date(end.getTime() - 1))).not.toBeNull();
    expect(await tokens.read(token, end)).toBeNull();
  });

  it('are worth nothing when they were changed, or signed by another key', async () => {
    const [header, , mac] = (await tokens.sign('ada', access, now)).split('.');
    const [, body] = (await tokens.sign('eve', access, now)).split('.');
    expect(await tokens.read([header, body, mac].join('.'), now)).toBeNull();
    const other = new RegistryTokens(randomBytes(32).toString('base64'));
    expect(await tokens.read(await other.sign('ada', access, now), now)).toBeNull();
  });

  it('are refused when they are not signed, name another algorithm, or are no tokens at all', async () => {
    const unsigned = new UnsecuredJWT({ access })
      .setIssuer('berth')
      .setAudience('berth-registry')
      .setSubject('ada')
      .setNotBefore(now)
      .setExpirationTime(new Date(now.getTime() + 60_000))
      .encode();
    for (const token of [unsigned, '', 'berth_abcdefgh_x', 'a.b.c', 'a.b.c.d', '..'])
      expect(await tokens.read(token, now)).toBeNull();
  });
});
