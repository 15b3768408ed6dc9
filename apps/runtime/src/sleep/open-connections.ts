import { gatewayOf, parseBlock } from '#libs/core/subnet.js';
import type { RuntimeContext } from '../runtime-context.js';

/**
 * Connections that somebody has open to an instance; null where the host cannot see them. Those of the activator do not
 * count: it says itself what it has in flight, and the idle ones that it keeps nobody waits for.
 */
export async function openConnections(
  { engine, networks, direct }: Pick<RuntimeContext, 'engine' | 'networks' | 'direct'>,
  of: { appId: string; teamId: string; containerId: string; port: number },
): Promise<number | null> {
  const sockets = await engine.sockets(of.containerId);
  if (sockets === null) return null;
  const open = sockets.established.filter((socket) => socket.localPort === of.port);
  if (direct.modeOf(of.appId) === 'direct') return open.length;
  // Traefik and the activator run on the host: their connections come from the bridge's own address.
  const gateway = gatewayOf(parseBlock((await networks.ensure(of.teamId)).subnet));
  return open.filter((socket) => socket.remoteAddress !== gateway).length;
}
