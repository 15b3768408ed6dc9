import { gatewayIn } from '#libs/core/subnet.js';
import type { RuntimeContext } from '../runtime-context.js';

/** An instance that may be in use. */
export interface InstanceInUse {
  appId: string;
  teamId: string;
  instanceId: string;
  containerId: string;
  port: number;
}

/**
 * Connections that somebody has open to an instance; null where the host cannot see them. All count but the idle ones that the
 * activator keeps: nobody waits for those. Traefik's do, also those of an app that has no route of its own any more: a WebSocket
 * outlives the route that it came by.
 */
export async function openConnections(
  { engine, networks, routes }: Pick<RuntimeContext, 'engine' | 'networks' | 'routes'>,
  of: InstanceInUse,
): Promise<number | null> {
  const [sockets, stats] = await Promise.all([engine.sockets(of.containerId), routes.stats()]);
  if (sockets === null) return null;
  const open = sockets.established.filter((socket) => socket.localPort === of.port);
  // Traefik and the activator run on the host: their connections come from the bridge's own address.
  const gateway = gatewayIn((await networks.ensure(of.teamId)).subnet);
  const ofEdge = open.filter((socket) => socket.remoteAddress === gateway).length;
  const { inFlight = 0, idle = 0 } = stats.instances[of.instanceId] ?? {};
  // Requests share a connection where the app speaks HTTP/2, and have none yet while they dial.
  return open.length - ofEdge + Math.max(inFlight, ofEdge - idle);
}
