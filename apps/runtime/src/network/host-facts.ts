import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { parseBlock, type Block } from '#libs/core/subnet.js';

/** IPv4 blocks that the host has routes to, default route aside: a team network must not shadow one. */
export async function routedBlocks(): Promise<Block[]> {
  const table = await readFile('/proc/net/route', 'utf8').catch(() => '');
  return parseRoutes(table);
}

/** RTF_REJECT of linux/route.h: an `unreachable` route leads nowhere. Berth's own set-up holds the pool with one. */
const REJECT = 0x200;

/**
 * `/proc/net/route`: destination, flags and mask in columns 2, 4 and 8, hexadecimal, bytes in host (little-endian) order.
 * Routes that refuse are left out: no network is behind them.
 */
export function parseRoutes(table: string): Block[] {
  return table
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const columns = line.trim().split(/\s+/);
      const [, destination, , flags, , , , mask] = columns;
      if (destination === undefined || flags === undefined || mask === undefined) return [];
      if (Number.parseInt(flags, 16) & REJECT) return [];
      const prefix = [...dotted(mask).split('.')].reduce((sum, part) => sum + ones(Number(part)), 0);
      return prefix === 0 ? [] : [parseBlock(`${dotted(destination)}/${prefix}`)];
    });
}

/** The host's resolvers that are its own addresses, loopback aside: those the Engine asks itself. */
export async function localResolvers(): Promise<string[]> {
  const text = await readFile('/etc/resolv.conf', 'utf8').catch(() => '');
  const own = new Set(
    Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map((one) => one.address)),
  );
  return [...text.matchAll(/^nameserver\s+(\S+)/gm)]
    .map((match) => match[1] ?? '')
    .filter((address) => own.has(address) && !address.startsWith('127.') && address !== '::1');
}

function dotted(hex: string): string {
  return [6, 4, 2, 0].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join('.');
}

function ones(byte: number): number {
  return byte.toString(2).replaceAll('0', '').length;
}
