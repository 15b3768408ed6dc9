import { describe, expect, it } from 'vitest';
import { hostNetworkEnv, proxyArgs, pythonIndex } from './host-network.mjs';

/** A host that is set to these, and to nothing else. */
const host = (settings) => ({ PATH: process.env.PATH, HOME: '/nonexistent', ...settings });

describe('the host’s way to the outside, in stack images', () => {
  it('is its proxies and registry, without credentials, and nothing of its loopback, which no container reaches', async () => {
    const proxies = {
      HTTPS_PROXY: 'http://proxy.corp:8080',
      NO_PROXY: '.corp',
      HTTP_PROXY: 'http://127.0.0.1:7890',
      http_proxy: 'localhost:3128',
      https_proxy: 'http://[::1]:3128',
    };
    const elsewhere = await hostNetworkEnv(
      host({ ...proxies, NPM_CONFIG_REGISTRY: 'https://me:secret@npm.corp/all/' }),
    );
    expect(elsewhere).toEqual({
      HTTPS_PROXY: 'http://proxy.corp:8080',
      NO_PROXY: '.corp',
      NPM_CONFIG_REGISTRY: 'https://npm.corp/all/',
    });
    const own = await hostNetworkEnv(host({ NPM_CONFIG_REGISTRY: 'http://localhost:4873/' }));
    expect(own).toEqual({});
  });

  it('has the password of a proxy only for the time of a build', async () => {
    const env = host({
      HTTPS_PROXY: 'http://me:s%40cret@proxy.corp:8080',
      http_proxy: 'me:s3cret@proxy.corp:3128',
    });
    expect(await hostNetworkEnv(env)).toEqual({
      HTTPS_PROXY: 'http://proxy.corp:8080',
      http_proxy: 'proxy.corp:3128',
    });
    expect(proxyArgs(env)).toEqual({ HTTPS_PROXY: env.HTTPS_PROXY, HTTP_PROXY: env.http_proxy });
    expect(proxyArgs(host({ HTTP_PROXY: 'http://proxy.corp:8080', NO_PROXY: 'a@b' }))).toEqual({});
  });

  it('is an index of Python packages that containers reach', async () => {
    expect(await pythonIndex(host({ PIP_INDEX_URL: 'https://me:secret@pypi.corp/simple' }))).toBe(
      'https://pypi.corp/simple',
    );
    expect(await pythonIndex(host({ PIP_INDEX_URL: 'http://127.0.0.1:3141/simple' }))).toBeNull();
  });
});
