import type { DynamicConfiguration, Router, ServersTransport, Service } from './model.js';
import { checkedHost, hostRule } from './rule.js';

export const platformFileName = 'platform.yml';

/** Names that app files refer to. */
export const shared = {
  forwarded: 'berth-forwarded',
  patience: 'berth-patience',
  apps: 'berth-apps',
  own: 'berth-own',
} as const;

export interface PlatformRoutes {
  /** BERTH_DOMAIN. */
  domain: string;
  apiPort: number;
  activatorPort: number;
  entryPoints: string[];
}

/**
 * What is always there: the platform's host to the api, and everything that no other router takes to the activator.
 *
 * - The platform's router outranks every app's: no domain that somebody adds can take its place.
 * - A visitor's own `Forwarded` must not reach an app. Traefik replaces `X-Forwarded-*` by itself, but this one only by a
 *   middleware, which costs 8 % of the hot path's throughput (97 against 88 µs of CPU per request, 3.7.15). So requests that carry one, and few do,
 *   take the way through the activator, which knows every host and writes its own.
 * - So do those that ask for a release of their own (`apps/activator/src/pinned-release.ts`): only it knows the past.
 * - `idleConnTimeout`: whoever closes an idle connection first decides whether a POST can meet a closed one. Apps: below
 *   the shortest keep-alive in common use (gunicorn 2 s; Node and uvicorn 5 s). Ours: below the activator's 65 s.
 * - `patience`: an api or activator that was killed is back within a second; a request that could not even be sent (no
 *   connection) waits for it. What was sent is never sent again.
 */
export function renderPlatform(routes: PlatformRoutes): DynamicConfiguration {
  const { entryPoints } = routes;
  return {
    http: {
      routers: {
        platform: {
          rule: hostRule([checkedHost(routes.domain)]),
          service: 'platform',
          entryPoints,
          middlewares: [shared.forwarded, shared.patience],
          priority: 1_000_000,
        },
        ...registryRouters(routes),
        forwarded: {
          rule: 'HeaderRegexp(`Forwarded`, `^`) || HeaderRegexp(`Berth-Release`, `^`) || HeaderRegexp(`Cookie`, `berth-release=`)',
          service: 'activator',
          entryPoints,
          middlewares: [shared.patience],
          priority: 500_000,
        },
        activator: {
          rule: 'PathPrefix(`/`)',
          service: 'activator',
          entryPoints,
          middlewares: [shared.patience],
          priority: 1,
        },
      },
      middlewares: {
        [shared.forwarded]: { headers: { customRequestHeaders: { Forwarded: '' } } },
        // Waits 50 ms at first and 100 ms at last (Traefik's rule: twice the first), some 7 s in all: a loaded machine takes
        // seconds to start a process.
        [shared.patience]: { retry: { attempts: 100, initialInterval: '50ms' } },
      },
      services: { platform: onLoopback(routes.apiPort), activator: onLoopback(routes.activatorPort) },
      serversTransports: {
        [shared.apps]: appTransport(),
        [shared.own]: transport('4s'),
      },
    },
  };
}

/**
 * The registry's door. Docker takes `localhost` for safe without being told, and does not resolve names below it everywhere, so it has that name too. It tries TLS
 * first, which Traefik answers on any port, by 404 where no router is for it; docker then looks no further. So there is one, with Traefik's own certificate,
 * which docker does not check where it would speak plain HTTP.
 */
function registryRouters({ domain, entryPoints }: PlatformRoutes): Record<string, Router> {
  const router = {
    rule: `(${hostRule([checkedHost(domain), 'localhost', '127.0.0.1'])}) && PathPrefix(\`/v2/\`)`,
    service: 'platform',
    entryPoints,
    middlewares: [shared.forwarded, shared.patience],
    priority: 1_000_001,
  };
  return { registry: router, 'registry-tls': { ...router, tls: {} } };
}

function onLoopback(port: number): Service {
  return {
    loadBalancer: {
      servers: [{ url: `http://127.0.0.1:${port}` }],
      passHostHeader: true,
      serversTransport: shared.own,
    },
  };
}

/** To apps' instances. Without a limit: long polls and slow pages are the app's business. */
export function appTransport(responseHeaderTimeout = '0s'): ServersTransport {
  return transport('1500ms', responseHeaderTimeout);
}

function transport(idleConnTimeout: string, responseHeaderTimeout = '0s'): ServersTransport {
  return {
    maxIdleConnsPerHost: 256,
    forwardingTimeouts: { dialTimeout: '250ms', idleConnTimeout, responseHeaderTimeout },
  };
}
