import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { BerthError } from '#libs/core/errors.js';
import type { AddressGuard } from './address-guard.js';

interface Address {
  address: string;
  family: number;
}

/** How a host name becomes addresses; another one in tests. */
export type Resolve = (host: string) => Promise<Address[]>;

const resolveMs = 5_000;

const system: Resolve = (host) => lookup(host, { all: true, verbatim: true });

/**
 * Addresses of a host, each of which may be called. A name one of whose addresses may not is refused as a whole. Throws
 * `address_internal`, `host_unknown`.
 */
export async function checkedAddresses(
  host: string,
  guard: AddressGuard,
  resolve: Resolve = system,
): Promise<Address[]> {
  const plain = host.replace(/^\[|\]$/g, '');
  const family = isIP(plain);
  const found = family === 0 ? await resolved(plain, resolve) : [{ address: plain, family }];
  if (found.length > 0 && found.every(({ address }) => guard.allows(address))) return found;
  throw new BerthError(
    'address_internal',
    `${host} leads to an address inside of this platform or its network, which is not called in anybody’s name. An administrator allows some with BERTH_OUTBOUND_ALLOW.`,
  );
}

/** For `lookup` of a connection: gives what was checked, so that a name that says something else a moment later changes nothing. */
export function lookupOf(addresses: readonly Address[]): LookupFunction {
  return (_host, options, answer) => {
    const [first] = addresses;
    if (options.all) answer(null, [...addresses]);
    else answer(null, first?.address ?? '', first?.family);
  };
}

async function resolved(host: string, resolve: Resolve): Promise<Address[]> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([
      resolve(host),
      new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error('The look-up takes too long.')), resolveMs);
      }),
    ]);
  } catch (cause) {
    throw new BerthError('host_unknown', `${host} has no address. Check its spelling.`, { cause });
  } finally {
    clearTimeout(timer);
  }
}
