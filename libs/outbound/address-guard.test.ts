import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AddressGuard } from './address-guard.js';

const guard = new AddressGuard([], () => ['9.9.9.9', '2620:fe::9']);
const four = fc.tuple(...([1, 2, 3, 4] as const).map(() => fc.nat(255))).map((parts) => parts.join('.'));
const within = (prefix: string, count: number) =>
  fc.array(fc.nat(255), { minLength: count, maxLength: count }).map((parts) => [prefix, ...parts].join('.'));

describe('AddressGuard', () => {
  it('refuses every address of this host, private networks, link-local and metadata', () => {
    const internal = fc.oneof(
      ...[within('10', 3), within('127', 3), within('0', 3), within('192.168', 2), within('169.254', 2)],
      ...[within('100.64', 2), within('172.16', 2), within('172.31', 2), within('224', 3), within('255', 3)],
    );
    fc.assert(
      fc.property(internal, (address) => {
        expect(guard.allows(address)).toBe(false);
      }),
    );
    for (const address of [
      '169.254.169.254',
      '168.63.129.16',
      '::1',
      '::',
      'fe80::1%eth0',
      'fd00:ec2::254',
      'fc00::1',
      'ff02::1',
    ])
      expect(guard.allows(address)).toBe(false);
  });

  it('lets no clothing of IPv6 change what is said of an IPv4 address', () => {
    fc.assert(
      fc.property(four, (address) => {
        const [a, b, c, d] = address.split('.').map(Number) as [number, number, number, number];
        const hex = (high: number, low: number) => ((high << 8) | low).toString(16);
        const is = guard.allows(address);
        expect(guard.allows(`::ffff:${address}`)).toBe(is);
        expect(guard.allows(`0:0:0:0:0:FFFF:${hex(a, b)}:${hex(c, d)}`)).toBe(is);
        // Ways that lead into IPv4 by some gateway are refused whatever they lead to.
        for (const way of [`64:ff9b::${address}`, `2002:${hex(a, b)}:${hex(c, d)}::1`, `::${address}`])
          expect(guard.allows(way)).toBe(false);
      }),
    );
  });

  it('allows the public internet, but not this host’s own public addresses', () => {
    for (const address of ['1.1.1.1', '93.184.216.34', '172.15.0.1', '172.32.0.1', '2606:4700::1111'])
      expect(guard.allows(address)).toBe(true);
    for (const address of ['9.9.9.9', '2620:fe::9']) expect(guard.allows(address)).toBe(false);
  });

  it('allows what an administrator named, and nothing beside it', () => {
    const open = new AddressGuard(['127.0.0.1', '10.1.0.0/16', 'fd00::/8'], () => []);
    expect(['127.0.0.1', '10.1.200.3', '::ffff:10.1.0.1', 'fd12::1'].map((one) => open.allows(one))).toEqual(
      Array(4).fill(true),
    );
    expect(['127.0.0.2', '10.2.0.1', 'fe80::1'].map((one) => open.allows(one))).toEqual(Array(3).fill(false));
    for (const wrong of ['10.0.0.0/33', 'example.org', '10.0.0.0/x', '/8'])
      expect(() => new AddressGuard([wrong])).toThrow(/no block of addresses/);
  });

  it('refuses what is no address', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        if (!/^[\d.:a-f%]+$/i.test(text)) expect(guard.allows(text)).toBe(false);
      }),
    );
  });
});
