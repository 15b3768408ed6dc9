import { isIPv4 } from 'node:net';
import { BerthError } from '#libs/core/errors.js';
import type { DynamicConfiguration } from './model.js';
import { appRouterName, appServiceName, type RouteVersion } from './names.js';
import { shared } from './platform-file.js';
import { hostRule } from './rule.js';

export interface AppRoutes {
  appId: string;
  version: RouteVersion;
  hosts: readonly string[];
  instances: readonly { address: string; port: number }[];
  entryPoints: string[];
}

/** A busy app's own file: its hosts straight to its instances. Throws when there is nothing to route to. */
export function renderApp(routes: AppRoutes): DynamicConfiguration {
  const service = appServiceName(routes.appId);
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
      services: {
        [service]: {
          loadBalancer: {
            servers: routes.instances.map(serverOf),
            passHostHeader: true,
            serversTransport: shared.apps,
            // Of two instances drawn at random the one with less in flight: a slow one gets less.
            ...(routes.instances.length > 1 ? { strategy: 'p2c' as const } : {}),
          },
        },
      },
    },
  };
}

function serverOf(instance: { address: string; port: number }): { url: string } {
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
  return { url: `http://${instance.address}:${instance.port}` };
}
