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
 * Connections that somebody has open to an instance; null where the host cannot see them. Of those of the activator
 * only what it has in flight counts: nobody waits for the idle ones that it keeps.
 */
export async function openConnections(
  { engine, networks, direct, routes }: Pick<RuntimeContext, 'engine' | 'networks' | 'direct' | 'routes'>,
  of: InstanceInUse,
): Promise<number | null> {
  const [sockets, stats] = await Promise.all([engine.sockets(of.containerId), routes.stats()]);
  if (sockets === null) return null;
  const open = sockets.established.filter((socket) => socket.localPort === of.port);
  if (direct.modeOf(of.appId) === 'direct') return open.length;
  // Traefik and the activator run on the host: their connections come from the bridge's own address.
  const gateway = gatewayIn((await networks.ensure(of.teamId)).subnet);
  const inFlight = stats.instances[of.instanceId]?.inFlight ?? 0;
  return inFlight + open.filter((socket) => socket.remoteAddress !== gateway).length;
}
