/** Pure arithmetic on IPv4 networks, and the choice of networks that nobody on this host uses. */

/** @returns {{ base: number, bits: number }} of `10.64.0.0/14`; a bare address counts as /32 */
export function parseCidr(text) {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/.exec(text);
  const octets = match?.slice(1, 5).map(Number) ?? [];
  const bits = match?.[5] === undefined ? 32 : Number(match[5]);
  if (octets.length !== 4 || octets.some((octet) => octet > 255) || bits > 32)
    throw new Error(`${text} is not an IPv4 network.`);
  const address = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  return { base: address - (address % 2 ** (32 - bits)), bits };
}

export function formatAddress(address) {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

/** Does one of the two hold the other? (Networks cannot overlap in part.) */
export function overlaps(a, b) {
  const one = parseCidr(a);
  const other = parseCidr(b);
  const bits = Math.min(one.bits, other.bits);
  return Math.floor(one.base / 2 ** (32 - bits)) === Math.floor(other.base / 2 ** (32 - bits));
}

/** All networks of `bits` inside `range`, in order. */
export function cut(range, bits) {
  const { base, bits: outer } = parseCidr(range);
  const size = 2 ** (32 - bits);
  return Array.from({ length: 2 ** (bits - outer) }, (_, i) => `${formatAddress(base + i * size)}/${bits}`);
}

/**
 * A network of `bits` inside `range` that overlaps none in `used`, or null when all are taken. `turn` (any integer)
 * says where to begin, so that two copies on one host try different ones first.
 */
export function chooseFree(range, bits, used, turn = 0) {
  const all = cut(range, bits);
  for (let i = 0; i < all.length; i++) {
    const candidate = all[(i + turn) % all.length];
    if (!used.some((network) => overlaps(network, candidate))) return candidate;
  }
  return null;
}

/** Destinations of `ip -j -4 route show table all`, the default route and the local ones left out. */
export function routedNetworks(routes) {
  return routes
    .filter(
      (route) =>
        route.dst && route.dst !== 'default' && route.dst !== '0.0.0.0/0' && route.type !== 'broadcast',
    )
    .map((route) => route.dst)
    .filter((dst) => /^\d/.test(dst) && parseCidr(dst).bits > 4);
}
