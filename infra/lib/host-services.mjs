import { lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';

const proxyNames = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'];

/**
 * Services on this host's own addresses that a build cannot do without: the resolver, and a proxy. Loopback ones
 * are left out: a container cannot reach those at all.
 * @returns {Promise<{ address: string, port: number, protocol: 'tcp' | 'udp' }[]>}
 */
export async function hostServices(env = process.env) {
  const own = new Set(
    Object.values(networkInterfaces()).flatMap((list) =>
      (list ?? []).filter((one) => one.family === 'IPv4' && !one.internal).map((one) => one.address),
    ),
  );
  const services = [];
  for (const address of resolvers(await readFile('/etc/resolv.conf', 'utf8').catch(() => ''))) {
    if (own.has(address))
      services.push({ address, port: 53, protocol: 'udp' }, { address, port: 53, protocol: 'tcp' });
  }
  for (const url of proxyNames.map((name) => env[name]).filter(Boolean)) {
    const proxy = URL.canParse(url) ? new URL(url) : null;
    const found = proxy && (await lookup(proxy.hostname, { family: 4 }).catch(() => null));
    if (found && own.has(found.address))
      services.push({ address: found.address, port: Number(proxy.port || 80), protocol: 'tcp' });
  }
  return services;
}

/** IPv4 name servers of a resolv.conf. */
export function resolvers(text) {
  return [...text.matchAll(/^nameserver\s+(\d+\.\d+\.\d+\.\d+)\s*$/gm)].map((match) => match[1]);
}
