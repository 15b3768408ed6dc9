/**
 * The table's key for a `Host` header: lower-case, without port and trailing dot.
 * null when the header is missing or cannot be a host name.
 */
export function hostKey(header: string | undefined): string | null {
  if (header === undefined) return null;
  const host = header.trim().toLowerCase();
  const end = host.startsWith('[') ? host.indexOf(']') + 1 : host.lastIndexOf(':');
  const name = end > 0 ? host.slice(0, end) : host;
  const bare = name.endsWith('.') ? name.slice(0, -1) : name;
  return /^(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}$/.test(bare) && bare.length <= 253 ? bare : null;
}
