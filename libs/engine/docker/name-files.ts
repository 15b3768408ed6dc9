import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** What a container's own `/etc/hosts` says; one without a network has no address. */
export function hostsFile(address: string | undefined, hostname: string): string {
  return [
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    ...(address === undefined ? [] : [`${address}\t${hostname}`]),
    '',
  ].join('\n');
}

/**
 * What its `/etc/resolv.conf` says (resolv.conf(5)). The first server is the team's gateway, which alone knows `APP.internal`; the
 * others are for when it refuses. An activator that comes back is waited for (5 s, as the C library does by itself): others would say that
 * there is no such name. A library that asks all of them at once and believes whoever is first gets the gateway alone.
 */
export function resolvConf({ dns, asksAllAtOnce }: { dns: string[]; asksAllAtOnce: boolean }): string {
  const servers = asksAllAtOnce ? dns.slice(0, 1) : dns;
  return [...servers.map((server) => `nameserver ${server}`), 'options ndots:0', ''].join('\n');
}

/** Whether an image has musl, whose resolver asks all servers at once; `layers`: folders of its unpacked layers. */
export async function hasMusl(layers: string[]): Promise<boolean> {
  const found = await Promise.all(
    layers.map(async (layer) => {
      const names = await readdir(join(layer, 'lib')).catch(() => []);
      return names.some((name) => name.startsWith('ld-musl-'));
    }),
  );
  return found.includes(true);
}
