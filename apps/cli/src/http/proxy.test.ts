import { describe, expect, it } from 'vitest';
import { proxyAuthorization, proxyFor } from './proxy.js';

const far = new URL('https://berth.example.org/v1/meta');

describe('the way to a platform', () => {
  it.each([
    [{}, null],
    [{ https_proxy: 'http://p:3128' }, 'http://p:3128/'],
    [{ HTTPS_PROXY: 'p:3128' }, 'http://p:3128/'],
    [{ ALL_PROXY: 'http://p:1' }, 'http://p:1/'],
    [{ http_proxy: 'http://p:1' }, null],
    [{ https_proxy: 'http://p:1', no_proxy: 'example.org' }, null],
    [{ https_proxy: 'http://p:1', NO_PROXY: 'a.test, .example.org' }, null],
    [{ https_proxy: 'http://p:1', NO_PROXY: 'berth.example.org:443' }, null],
    [{ https_proxy: 'http://p:1', NO_PROXY: 'berth.example.org:8443' }, 'http://p:1/'],
    [{ https_proxy: 'http://p:1', NO_PROXY: 'ample.org' }, 'http://p:1/'],
    [{ https_proxy: 'http://p:1', NO_PROXY: '*' }, null],
    [{ https_proxy: 'socks5://p:1' }, null],
  ])('with %j goes through %s', (env, proxy) => {
    expect(proxyFor(far, env)?.href ?? null).toBe(proxy);
  });

  it('is never a proxy for names and addresses of this machine', () => {
    for (const url of [
      'http://berth.localhost:8080',
      'http://localhost',
      'http://127.0.0.1:1',
      'http://[::1]:1',
    ])
      expect(proxyFor(new URL(url), { http_proxy: 'http://p:1', all_proxy: 'http://p:1' })).toBeNull();
  });

  it('names the proxy’s user where its address does', () => {
    expect(proxyAuthorization(new URL('http://p:1'))).toBeNull();
    expect(proxyAuthorization(new URL('http://jo:a%20b@p:1'))).toBe(`Basic ${btoa('jo:a b')}`);
  });
});
