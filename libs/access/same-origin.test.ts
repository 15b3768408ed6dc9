import { describe, expect, it } from 'vitest';
import { demandNotForeign, demandOurPage, demandSameOrigin } from './same-origin.js';

const origin = 'http://berth.localhost:8080';
const ours = { 'x-berth-csrf': '1', host: 'berth.localhost:8080' };

describe('a write with a session cookie', () => {
  const allowed = (method: string, headers: Record<string, string>) => {
    try {
      demandSameOrigin(method, headers, origin);
      return true;
    } catch {
      return false;
    }
  };

  it('is taken from the platform’s pages', () => {
    expect(allowed('POST', { ...ours, 'sec-fetch-site': 'same-origin' })).toBe(true);
    expect(allowed('POST', { ...ours, origin })).toBe(true);
    expect(allowed('DELETE', { ...ours, origin, 'sec-fetch-site': 'same-origin' })).toBe(true);
  });

  it('is taken through another port that leads to the same place', () => {
    expect(allowed('POST', { ...ours, host: 'berth.localhost:9', origin: 'http://berth.localhost:9' })).toBe(
      true,
    );
  });

  it('is refused from anywhere else, and without our header', () => {
    expect(allowed('POST', { ...ours })).toBe(false);
    expect(allowed('POST', { ...ours, origin: 'http://shop.apps.localhost:8080' })).toBe(false);
    expect(allowed('POST', { ...ours, origin: 'null' })).toBe(false);
    expect(allowed('PATCH', { ...ours, origin, 'sec-fetch-site': 'cross-site' })).toBe(false);
    expect(allowed('PATCH', { ...ours, 'sec-fetch-site': 'none' })).toBe(false);
    expect(allowed('DELETE', { host: ours.host, origin, 'sec-fetch-site': 'same-origin' })).toBe(false);
  });

  it('is no concern when nothing is written', () => {
    expect(allowed('GET', {})).toBe(true);
  });
});

describe('signing in', () => {
  it('is for programs and for the platform’s pages, not for foreign ones', () => {
    expect(() => demandNotForeign({}, origin)).not.toThrow();
    expect(() => demandNotForeign({ origin }, origin)).not.toThrow();
    expect(() => demandNotForeign({ origin: 'http://evil.example' }, origin)).toThrow();
    expect(() => demandNotForeign({ 'sec-fetch-site': 'cross-site' }, origin)).toThrow();
  });
});

describe('a WebSocket with a session cookie', () => {
  it('is for the platform’s own pages alone, which always say where they come from', () => {
    expect(() => demandOurPage({ origin }, origin)).not.toThrow();
    expect(() => demandOurPage({ origin, 'sec-fetch-site': 'same-origin' }, origin)).not.toThrow();
    expect(() => demandOurPage({}, origin)).toThrow();
    expect(() => demandOurPage({ 'sec-fetch-site': 'same-origin' }, origin)).toThrow();
    expect(() => demandOurPage({ origin: 'null' }, origin)).toThrow();
    expect(() => demandOurPage({ origin: 'http://shop.apps.localhost:8080' }, origin)).toThrow();
    expect(() => demandOurPage({ origin, 'sec-fetch-site': 'same-site' }, origin)).toThrow();
  });
});
