import { BerthError } from '#libs/core/errors.js';

/**
 * A Traefik rule that matches exactly these hosts. Names that could end the rule's quotes, or mean a pattern, are
 * refused: a rule decides whose app a visitor sees.
 */
export function hostRule(hosts: readonly string[]): string {
  if (hosts.length === 0) {
    throw new BerthError('no_hosts', 'A route needs at least one host name. Give the app a domain.');
  }
  return [...hosts].map((host) => `Host(\`${checkedHost(host)}\`)`).join(' || ');
}

/** The host itself, if it is a lower-case DNS name without port or trailing dot. */
export function checkedHost(host: string): string {
  const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
  if (host.length > 253 || !new RegExp(`^(?:${label}\\.)*${label}$`).test(host)) {
    throw new BerthError(
      'invalid_host',
      `${JSON.stringify(host.slice(0, 80))} is no host name that can be routed. Use lower-case letters, digits, dashes and dots.`,
      { details: { host: host.slice(0, 253) } },
    );
  }
  return host;
}
