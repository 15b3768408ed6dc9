import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import type { DomainDns } from '#libs/contracts/api/domains.js';
import { AddressGuard } from '#libs/outbound/address-guard.js';

/** How a host name becomes addresses, none when it has none; another one in tests. */
export type AddressesOf = (host: string) => Promise<string[]>;

const PATIENCE_MS = 4_000;

/** Public ones alone: what names lead to inside of the platform's own network is nobody's business. */
const shown = new AddressGuard([], () => []);

/**
 * Where a domain leads, as this host's resolver sees it: here, when it has an address that the app's own host or this machine has
 * too.
 */
export async function dnsOf(
  domain: string,
  appHost: string,
  ask: { addressesOf: AddressesOf; own: () => string[] } = { addressesOf: byResolver, own: ownAddresses },
): Promise<DomainDns> {
  const [found, ours] = await Promise.all([ask.addressesOf(domain), ask.addressesOf(appHost)]);
  const here = new Set([...ours, ...ask.own()]);
  const leads = found.length === 0 ? 'nowhere' : found.some((one) => here.has(one)) ? 'here' : 'elsewhere';
  return { leads, addresses: found.filter((one) => shown.allows(one)), target: appHost };
}

async function byResolver(host: string): Promise<string[]> {
  // Not every resolver knows what RFC 6761 says of it.
  if (host.endsWith('.localhost')) return ['127.0.0.1', '::1'];
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string[]>((resolve) => (timer = setTimeout(() => resolve([]), PATIENCE_MS)));
  const asked = lookup(host, { all: true }).then(
    (found) => found.map(({ address }) => address),
    () => [],
  );
  return Promise.race([asked, late]).finally(() => clearTimeout(timer));
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((each) => each?.map(({ address }) => address) ?? []);
}
