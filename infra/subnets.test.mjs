import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseFree, cut, formatAddress, overlaps, parseCidr, routedNetworks } from './subnets.mjs';

const network = fc
  .tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 8, max: 32 }))
  .map(([address, bits]) => `${formatAddress(address - (address % 2 ** (32 - bits)))}/${bits}`);

describe('subnets', () => {
  it('reads back every network that it writes', () => {
    fc.assert(
      fc.property(network, (text) => {
        const { base, bits } = parseCidr(text);
        expect(`${formatAddress(base)}/${bits}`).toBe(text);
      }),
    );
  });

  it('finds an overlap from either side, and of a network with itself', () => {
    fc.assert(
      fc.property(network, network, (a, b) => {
        expect(overlaps(a, b)).toBe(overlaps(b, a));
        expect(overlaps(a, a)).toBe(true);
      }),
    );
  });

  it('cuts a range into networks that do not overlap', () => {
    const all = cut('10.64.0.0/10', 14);
    expect(all).toHaveLength(16);
    expect(all[0]).toBe('10.64.0.0/14');
    expect(all[15]).toBe('10.124.0.0/14');
    for (const [i, a] of all.entries()) for (const b of all.slice(i + 1)) expect(overlaps(a, b)).toBe(false);
  });

  it('never chooses a network that somebody routes, wherever it begins to look', () => {
    fc.assert(
      fc.property(fc.array(network, { maxLength: 8 }), fc.nat(100), (used, turn) => {
        const chosen = chooseFree('10.64.0.0/10', 14, used, turn);
        if (chosen === null)
          expect(cut('10.64.0.0/10', 14).every((one) => used.some((other) => overlaps(one, other)))).toBe(
            true,
          );
        else expect(used.some((other) => overlaps(other, chosen))).toBe(false);
      }),
    );
  });

  it('ignores the default route and keeps bridges and single hosts', () => {
    expect(
      routedNetworks([
        { dst: 'default' },
        { dst: '10.64.0.0/22', dev: 'br0' },
        { dst: '10.0.0.7', type: 'local' },
        { dst: '10.0.0.255', type: 'broadcast' },
      ]),
    ).toEqual(['10.64.0.0/22', '10.0.0.7']);
  });
});
