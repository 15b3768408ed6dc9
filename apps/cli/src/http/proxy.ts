import { isLoopbackName } from './localhost.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** The proxy that the environment names for a URL, as curl reads it; null to go there directly. */
export function proxyFor(url: URL, env: Environment): URL | null {
  if (isLoopbackName(url.hostname) || isLoopbackAddress(url.hostname) || isExempt(url, env)) return null;
  const names = [`${url.protocol.replace(':', '')}_proxy`, 'all_proxy'];
  const written = names.map((name) => env[name] || env[name.toUpperCase()]).find(Boolean);
  if (!written) return null;
  const full = written.includes('://') ? written : `http://${written}`;
  if (!URL.canParse(full)) return null;
  const proxy = new URL(full);
  return proxy.protocol === 'http:' || proxy.protocol === 'https:' ? proxy : null;
}

function isLoopbackAddress(host: string): boolean {
  return host.startsWith('127.') || host === '[::1]';
}

/** NO_PROXY: host names, with or without a leading dot, good for what is below them too; `*` for all; a port may follow. */
function isExempt(url: URL, env: Environment): boolean {
  const list = (env['no_proxy'] || env['NO_PROXY'] || '').split(/[\s,]+/).filter(Boolean);
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return list.some((entry) => {
    if (entry === '*') return true;
    const [, name = '', only] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    if (only !== undefined && only !== port) return false;
    return name !== '' && (url.hostname === name || url.hostname.endsWith(`.${name}`));
  });
}

/** Value of Proxy-Authorization for the user that the proxy's URL names. */
export function proxyAuthorization(proxy: URL): string | null {
  if (proxy.username === '') return null;
  const user = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return `Basic ${Buffer.from(user).toString('base64')}`;
}
