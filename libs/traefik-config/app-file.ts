import { isIPv4 } from 'node:net';
import { BerthError } from '#libs/core/errors.js';
import type { DynamicConfiguration, Service } from './model.js';
import { appRouterName, appServiceName, releaseServiceName, type RouteVersion } from './names.js';
import { appTransport, shared } from './platform-file.js';
import { hostRule } from './rule.js';

export interface AppRoutes {
  appId: string;
  version: RouteVersion;
  hosts: readonly string[];
  instances: readonly Address[];
  /** Shares of two releases; their instances are then those of the parts. */
  split?: SplitRoute;
  entryPoints: string[];
  /** Seconds that Traefik waits for an answer to begin once the request is sent; then it says 504. Absent: no limit. */
  requestSeconds?: number;
}

interface Address {
  address: string;
  port: number;
  /** What it speaks; absent: HTTP/1.1. */
  protocol?: 'h2c';
}

/** How the visitors of an app are shared out. */
export interface SplitRoute {
  /** Name of the cookie that keeps a visitor with a release; null: nobody is kept. */
  cookie: string | null;
  parts: readonly { release: number; weight: number; instances: readonly Address[] }[];
}

/** A busy app's own file: its hosts straight to its instances. Throws when there is nothing to route to. */
export function renderApp(routes: AppRoutes): DynamicConfiguration {
  const service = appServiceName(routes.appId);
  const transport = routes.requestSeconds === undefined ? shared.apps : service;
  if (routes.instances.length === 0) {
    throw new BerthError('no_instances', 'A direct route needs an instance. Leave the app to the activator.');
  }
  return {
    http: {
      routers: {
        [appRouterName(routes.appId, routes.version)]: {
          rule: hostRule(routes.hosts),
          service,
          entryPoints: routes.entryPoints,
        },
      },
      services:
        routes.split === undefined
          ? { [service]: straightTo(routes.instances, transport) }
          : splitServices(routes.appId, routes.split, transport),
      ...(transport !== shared.apps && {
        serversTransports: { [transport]: appTransport(`${routes.requestSeconds}s`) },
      }),
    },
  };
}

/** The app's own service shares out between one service for each release. Traefik's weights are exact over any hundred requests. */
function splitServices(
  appId: string,
  { cookie, parts }: SplitRoute,
  transport: string,
): Record<string, Service> {
  const services: Record<string, Service> = {};
  const shares: { name: string; weight: number }[] = [];
  for (const { release, weight, instances } of parts) {
    const name = releaseServiceName(appId, release);
    services[name] = straightTo(instances, transport);
    shares.push({ name, weight });
  }
  services[appServiceName(appId)] = {
    weighted: {
      services: shares,
      ...(cookie !== null && {
        sticky: { cookie: { name: cookie, path: '/', httpOnly: true, sameSite: 'lax' } },
      }),
    },
  };
  return services;
}

function straightTo(instances: readonly Address[], serversTransport: string): Service {
  return {
    loadBalancer: {
      servers: instances.map(serverOf),
      passHostHeader: true,
      serversTransport,
      // Of two instances drawn at random the one with less in flight: a slow one gets less.
      ...(instances.length > 1 ? { strategy: 'p2c' as const } : {}),
    },
  };
}

function serverOf(instance: Address): { url: string } {
  if (
    !isIPv4(instance.address) ||
    !Number.isInteger(instance.port) ||
    instance.port < 1 ||
    instance.port > 65_535
  ) {
    throw new BerthError(
      'invalid_address',
      'An instance is routed by its IPv4 address and port. Report this as a bug.',
    );
  }
  return { url: `${instance.protocol ?? 'http'}://${instance.address}:${instance.port}` };
}
