/** The resolvers that a resolv.conf(5) names, in its order. */
export function parseNameservers(text: string): string[] {
  return [...text.matchAll(/^[ \t]*nameserver[ \t]+(\S+)/gm)].map((match) => match[1] ?? '');
}

/** Loopback addresses mean another machine inside a container. */
export function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}
