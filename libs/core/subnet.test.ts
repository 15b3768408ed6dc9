import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  contains,
  blockSize,
  formatBlock,
  freeSlot,
  gatewayOf,
  hostAddress,
  hostCount,
  overlaps,
  parseBlock,
  slotsIn,
  teamBlock,
} from './subnet.js';

const pool = parseBlock('10.64.0.0/14');
const block = fc
  .tuple(fc.nat(2 ** 32 - 1), fc.integer({ min: 8, max: 32 }))
  .map(([base, prefix]) => ({ base: base - (base % blockSize(prefix)), prefix }));

describe('subnets', () => {
  it('contain their own addresses and nothing that is none', () => {
    const block = parseBlock('10.64.4.0/22');
    expect(['10.64.4.0', '10.64.7.255'].every((address) => contains(block, address))).toBe(true);
    for (const address of ['10.64.3.255', '10.64.8.0', '', '10.64.4', '10.64.4.256', '::ffff:10.64.4.1', 'x'])
      expect(contains(block, address), address).toBe(false);
  });

  it('reads what it writes', () => {
    fc.assert(
      fc.property(block, (b) => {
        expect(parseBlock(formatBlock(b))).toEqual(b);
      }),
    );
  });

  it.each(['10.0.0.0', '10.0.0.300/8', '10.0.0.0/33', 'x/8', '::/0'])('refuses %s', (text) => {
    expect(() => parseBlock(text)).toThrow();
  });

  it('cuts the pool into networks that do not overlap and lie within it', () => {
    expect(slotsIn(pool)).toBe(256);
    const slots = fc.integer({ min: 0, max: slotsIn(pool) - 1 });
    fc.assert(
      fc.property(slots, slots, (a, b) => {
        expect(overlaps(teamBlock(pool, a), pool)).toBe(true);
        expect(overlaps(teamBlock(pool, a), teamBlock(pool, b))).toBe(a === b);
      }),
    );
    expect(formatBlock(teamBlock(pool, 255))).toBe('10.67.252.0/22');
  });

  it('never gives the network, gateway or broadcast address to an instance', () => {
    const team = teamBlock(pool, 1);
    expect([gatewayOf(team), hostAddress(team, 0), hostAddress(team, hostCount(team) - 1)]).toEqual([
      '10.64.4.1',
      '10.64.4.2',
      '10.64.7.254',
    ]);
    expect(() => hostAddress(team, hostCount(team))).toThrow();
  });

  it('finds a slot that touches nothing in use, or says that there is none', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(255)), fc.array(block, { maxLength: 5 }), (taken, used) => {
        const slot = freeSlot(pool, new Set(taken), used);
        if (slot === null) return;
        expect(taken).not.toContain(slot);
        expect(used.some((other) => overlaps(teamBlock(pool, slot), other))).toBe(false);
      }),
    );
    expect(freeSlot(pool, new Set(), [parseBlock('0.0.0.0/1')])).toBeNull();
    expect(freeSlot(pool, new Set([0]), [parseBlock('10.64.5.0/24')])).toBe(2);
  });
});
