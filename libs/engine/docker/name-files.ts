import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** What a container's own `/etc/hosts` says. */
export function hostsFile({ address, hostname }: { address: string; hostname: string }): string {
  return [
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    `${address}\t${hostname}`,
    '',
  ].join('\n');
}

/**
 * What its `/etc/resolv.conf` says (resolv.conf(5)). The first server is the team's gateway, which alone knows `APP.internal`; the
 * others are for a moment in which nobody answers there, so that is waited for 1 s instead of 5. A C library that asks all
 * of them at once and believes whoever is first gets the gateway alone.
 */
export function resolvConf({ dns, asksAllAtOnce }: { dns: string[]; asksAllAtOnce: boolean }): string {
  const servers = asksAllAtOnce ? dns.slice(0, 1) : dns;
  return [
    ...servers.map((server) => `nameserver ${server}`),
    'options timeout:1 attempts:3 ndots:0',
    '',
  ].join('\n');
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
