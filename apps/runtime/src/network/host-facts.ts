import { readFile } from 'node:fs/promises';
import { isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { isLoopback, parseNameservers } from '#libs/core/resolvers.js';
import { gatewayIn, parseBlock, type Block } from '#libs/core/subnet.js';

const hostResolvConf = '/etc/resolv.conf';
const systemdResolvConf = '/run/systemd/resolve/resolv.conf';
/** The Engine's resolver asks three servers at most; the first is the gateway. */
const maxFallbacks = 2;

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
  const own = new Set(
    Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map((one) => one.address)),
  );
  return (await nameservers(hostResolvConf)).filter((address) => own.has(address) && !isLoopback(address));
}

/** Whom a container of this network asks for names: the team's gateway, where the activator answers; then others. */
export async function nameServersIn(subnet: string): Promise<string[]> {
  return [gatewayIn(subnet), ...(await resolversForContainers())];
}

/**
 * Whom a container may ask for names when the activator is down: the host's resolvers, but for those on loopback, which
 * inside a container is the container. systemd keeps the real ones beside (as the Engine knows, too).
 */
async function resolversForContainers(): Promise<string[]> {
  for (const path of [hostResolvConf, systemdResolvConf]) {
    const usable = (await nameservers(path)).filter((address) => isIPv4(address) && !isLoopback(address));
    if (usable.length > 0) return usable.slice(0, maxFallbacks);
  }
  return [];
}

async function nameservers(path: string): Promise<string[]> {
  return parseNameservers(await readFile(path, 'utf8').catch(() => ''));
}

function dotted(hex: string): string {
  return [6, 4, 2, 0].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join('.');
}

function ones(byte: number): number {
  return byte.toString(2).replaceAll('0', '').length;
}
