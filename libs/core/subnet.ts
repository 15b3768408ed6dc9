/** IPv4 blocks in CIDR notation, as numbers. */
export interface Block {
  base: number;
  prefix: number;
}

/** Team networks are this large: 1,021 addresses for instances; one bridge carries about 1,000 containers. */
export const teamPrefix = 22;

/** `10.64.0.0/14` to numbers; throws on anything else. Bits below the prefix are cleared. */
export function parseBlock(cidr: string): Block {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
  const [a, b, c, d, prefix] = (match ?? []).slice(1).map(Number);
  if (a === undefined || b === undefined || c === undefined || d === undefined || prefix === undefined) {
    throw new Error(`Not an IPv4 block: ${cidr}`);
  }
  if ([a, b, c, d].some((part) => part > 255) || prefix > 32) throw new Error(`Not an IPv4 block: ${cidr}`);
  const address = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d;
  return { base: address - (address % blockSize(prefix)), prefix };
}

export function formatBlock(block: Block): string {
  return `${formatAddress(block.base)}/${block.prefix}`;
}

export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

export function blockSize(prefix: number): number {
  return 2 ** (32 - prefix);
}

export function overlaps(a: Block, b: Block): boolean {
  return a.base < b.base + blockSize(b.prefix) && b.base < a.base + blockSize(a.prefix);
}

/** Is this an address of the block? False for what is no IPv4 address. */
export function contains(block: Block, address: string): boolean {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(address)) return false;
  return (
    address.split('.').every((part) => Number(part) <= 255) && overlaps(block, parseBlock(`${address}/32`))
  );
}

/** How many team networks fit into the pool. */
export function slotsIn(pool: Block): number {
  return Math.floor(blockSize(pool.prefix) / blockSize(teamPrefix));
}

/** The team network at position `slot` of the pool. */
export function teamBlock(pool: Block, slot: number): Block {
  if (slot < 0 || slot >= slotsIn(pool))
    throw new Error(`The pool ${formatBlock(pool)} has no slot ${slot}.`);
  return { base: pool.base + slot * blockSize(teamPrefix), prefix: teamPrefix };
}

/** First address: the bridge itself. */
export function gatewayOf(block: Block): string {
  return formatAddress(block.base + 1);
}

/** The gateway of a network by its CIDR. */
export function gatewayIn(subnet: string): string {
  return gatewayOf(parseBlock(subnet));
}

/** How many instances have room: all but network, gateway and broadcast. */
export function hostCount(block: Block): number {
  return blockSize(block.prefix) - 3;
}

/** Instance address number `index`, from 0 on. */
export function hostAddress(block: Block, index: number): string {
  if (index < 0 || index >= hostCount(block))
    throw new Error(`${formatBlock(block)} has no address ${index}.`);
  return formatAddress(block.base + 2 + index);
}

/**
 * Lowest slot that no team holds and whose block touches none of `used` (other networks and routes of the host).
 * null when the pool is exhausted.
 */
export function freeSlot(pool: Block, taken: ReadonlySet<number>, used: Block[]): number | null {
  for (let slot = 0; slot < slotsIn(pool); slot += 1) {
    if (taken.has(slot)) continue;
    const block = teamBlock(pool, slot);
    if (!used.some((other) => overlaps(block, other))) return slot;
  }
  return null;
}
