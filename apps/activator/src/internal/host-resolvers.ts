import { readFile } from 'node:fs/promises';
import { parseNameservers } from '#libs/core/resolvers.js';

/** resolv.conf(5): more are not asked. */
const most = 3;
/** A laptop changes networks; the file is read again when it was read longer ago. */
const freshMs = 5_000;

/** Where a resolver is asked; the port is 53 outside of tests. */
export interface Resolver {
  address: string;
  port: number;
}

/** Gives the resolvers that this host asks for names, as /etc/resolv.conf has them now. */
export function hostResolvers(path = '/etc/resolv.conf'): () => Promise<Resolver[]> {
  let read: { at: number; list: Promise<Resolver[]> } | null = null;
  return () => {
    const now = Date.now();
    if (read === null || now - read.at >= freshMs) {
      const list = readFile(path, 'utf8').then(
        (text) =>
          parseNameservers(text)
            .slice(0, most)
            .map((address) => ({ address, port: 53 })),
        () => [],
      );
      read = { at: now, list };
    }
    return read.list;
  };
}
