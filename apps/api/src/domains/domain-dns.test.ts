import { expect, it } from 'vitest';
import { dnsOf } from './domain-dns.js';

const names: Record<string, string[]> = {
  'shop.apps.example.org': ['93.184.215.1'],
  'alias.example.com': ['93.184.215.1', '93.184.215.9'],
  'machine.example.com': ['93.184.215.7'],
  'other.example.com': ['93.184.215.14'],
  'inside.example.com': ['10.1.2.3'],
};
const ask = {
  addressesOf: (host: string) => Promise.resolve(names[host] ?? []),
  own: () => ['93.184.215.7', '127.0.0.1'],
};

it.each([
  ['alias.example.com', 'here', ['93.184.215.1', '93.184.215.9']],
  ['machine.example.com', 'here', ['93.184.215.7']],
  ['other.example.com', 'elsewhere', ['93.184.215.14']],
  ['new.example.com', 'nowhere', []],
  // What the platform's own resolver knows of its network is not told.
  ['inside.example.com', 'elsewhere', []],
])('%s leads %s', async (domain, leads, addresses) => {
  expect(await dnsOf(domain, 'shop.apps.example.org', ask)).toEqual({
    ...{ leads, addresses, target: 'shop.apps.example.org' },
  });
});
