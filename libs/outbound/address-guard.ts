import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { BerthError } from '#libs/core/errors.js';

/**
 * Blocks of the IANA special-purpose address registries (RFC 6890 and what came after) that are not the public internet, with
 * multicast: this host, private networks, link-local (where clouds keep their metadata), carrier NAT, documentation, tests.
 */
const internal: readonly [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // Azure's metadata, at an address of the internet.
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/** Of IPv6 only global unicast is the internet; within it these are not, or lead into IPv4 by another way. */
const publicSix: [string, number] = ['2000::', 3];
const internalSix: readonly [string, number][] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

/**
 * Which addresses Berth may call in a user's name: those of the public internet. Not those of this host's own interfaces either, where
 * services listen that only the firewall keeps from the internet. What an administrator names is allowed whatever it is.
 */
export class AddressGuard {
  readonly #blocked = listOf([...internal, ...internalSix]);
  readonly #publicSix = listOf([publicSix]);
  readonly #allowed: BlockList;

  /** @param allowed CIDR blocks, as `10.1.0.0/16` (BERTH_OUTBOUND_ALLOW). */
  constructor(
    allowed: readonly string[],
    private readonly own: () => readonly string[] = ownAddresses,
  ) {
    this.#allowed = listOf(allowed.map(parseCidr));
  }

  /** May it be called? False for what is no address. */
  allows(address: string): boolean {
    const plain = withoutZone(address);
    const family = isIP(plain);
    if (family === 0) return false;
    if (family === 6) {
      // An IPv4 address in the clothes of IPv6 is what it is.
      const four = mappedFour(plain);
      if (four !== null) return this.allows(four);
      if (this.#allowed.check(plain, 'ipv6')) return true;
      if (!this.#publicSix.check(plain, 'ipv6')) return false;
    }
    const kind = family === 6 ? 'ipv6' : 'ipv4';
    if (this.#allowed.check(plain, kind)) return true;
    return !this.#blocked.check(plain, kind) && !listOfAddresses(this.own()).check(plain, kind);
  }
}

/** Throws `outbound_allow_invalid`. */
function parseCidr(text: string): [string, number] {
  const [address = '', length = ''] = text.split('/');
  const most = isIP(address) === 6 ? 128 : 32;
  const bits = length === '' ? most : Number(length);
  if (isIP(address) === 0 || !Number.isInteger(bits) || bits < 0 || bits > most)
    throw new BerthError(
      'outbound_allow_invalid',
      `BERTH_OUTBOUND_ALLOW: ${text} is no block of addresses. Write them as 10.1.0.0/16, with commas between.`,
    );
  return [address, bits];
}

function listOf(blocks: readonly [string, number][]): BlockList {
  const list = new BlockList();
  for (const [address, bits] of blocks) list.addSubnet(address, bits, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return list;
}

function listOfAddresses(addresses: readonly string[]): BlockList {
  const list = new BlockList();
  for (const address of addresses) list.addAddress(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return list;
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((one) => one ?? [])
    .map(({ address }) => withoutZone(address));
}

function withoutZone(address: string): string {
  return address.split('%', 1)[0] ?? '';
}

/** `::ffff:a.b.c.d` in any of its spellings; null for everything else. */
function mappedFour(six: string): string | null {
  // The URL parser writes every spelling in one way.
  const plain = new URL(`http://[${six}]/`).hostname.slice(1, -1);
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(plain) ?? [];
  if (high === undefined || low === undefined) return null;
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [a >> 8, a & 255, b >> 8, b & 255].join('.');
}
