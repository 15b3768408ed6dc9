import { describe, expect, it } from 'vitest';
import { isLoopback, parseNameservers } from './resolvers.js';

describe('resolv.conf', () => {
  it('names resolvers in its order; comments and other lines are none', () => {
    const text = [
      '# nameserver 192.0.2.1',
      'search example.org',
      'nameserver 127.0.0.53',
      '  nameserver\t192.0.2.2  ',
      'nameserver 2001:db8::1',
      'nameservers 192.0.2.3',
      'nameserver',
    ].join('\n');
    expect(parseNameservers(text)).toEqual(['127.0.0.53', '192.0.2.2', '2001:db8::1']);
    expect(parseNameservers('')).toEqual([]);
  });

  it('may name the host itself, which a container cannot ask', () => {
    expect(['127.0.0.53', '::1', '192.0.2.2', '2001:db8::1'].map(isLoopback)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
