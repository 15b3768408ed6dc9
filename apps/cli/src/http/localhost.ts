import type { LookupFunction, Socket } from 'node:net';
import { nodeDns, nodeNet } from '../node-modules.js';

/** RFC 6761: `localhost` and everything below it is loopback, which not every system's resolver knows. */
export function isLoopbackName(host: string): boolean {
  const name = host.replace(/\.$/, '').toLowerCase();
  return name === 'localhost' || name.endsWith('.localhost');
}

const loopback = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
] as const;

/** `dns.lookup`, except for names below localhost, which never leave this machine. */
export const lookup: LookupFunction = (host, options, callback) => {
  if (!isLoopbackName(host)) return nodeDns().lookup(host, options, callback as never);
  const wanted = loopback.filter(({ family }) => !options.family || options.family === family);
  if (options.all) callback(null, [...wanted]);
  else callback(null, wanted[0]?.address ?? '127.0.0.1', wanted[0]?.family ?? 4);
};

/**
 * A connection to this machine, IPv4 first. By address: before Node looks a name up it compiles a pattern of all IPv6 addresses, which takes longer than
 * the whole request.
 */
export function connectHere(port: number): Promise<Socket> {
  return connect('127.0.0.1', port).catch((error: unknown) =>
    connect('::1', port).catch(() => Promise.reject(error as Error)),
  );
}

function connect(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = nodeNet().connect({ host, port });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}
