import { describe, expect, it } from 'vitest';
import { framingRefusal } from './framing.js';

const origin = 'http://berth.localhost:8080';
const csp = (policy: string | string[]) => ({ 'content-security-policy': policy });

describe('whether a page may be framed', () => {
  it.each([
    [{}],
    [{ 'x-frame-options': 'ALLOW-FROM http://elsewhere' }],
    [csp("default-src 'self'")],
    [csp('frame-ancestors *')],
    [csp("frame-ancestors 'self' http://berth.localhost:8080")],
    [csp('frame-ancestors *.localhost:8080')],
    [csp('frame-ancestors http:')],
    [{ ...csp('frame-ancestors *'), 'x-frame-options': 'DENY' }],
  ])('is allowed by %j', (headers) => {
    expect(framingRefusal(headers, origin)).toBeNull();
  });

  it.each([
    [{ 'x-frame-options': 'DENY' }, 'X-Frame-Options: DENY'],
    [{ 'x-frame-options': ['sameorigin', 'sameorigin'] }, 'X-Frame-Options: sameorigin, sameorigin'],
    [csp("frame-ancestors 'none'"), "Content-Security-Policy: frame-ancestors 'none'"],
    [csp("default-src *; Frame-Ancestors 'self'"), "Content-Security-Policy: frame-ancestors 'self'"],
    [csp('frame-ancestors'), 'Content-Security-Policy: frame-ancestors '],
    [csp('frame-ancestors https:'), 'Content-Security-Policy: frame-ancestors https:'],
    [csp('frame-ancestors evil.berth.localhost:8080'), 'frame-ancestors evil'],
    [csp(['frame-ancestors *', "frame-ancestors 'self'"]), "frame-ancestors 'self'"],
    [csp("frame-ancestors *, frame-ancestors 'none'"), "frame-ancestors 'none'"],
  ])('is refused by %j', (headers, text) => {
    expect(framingRefusal(headers, origin)).toContain(text);
  });
});
