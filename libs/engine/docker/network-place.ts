import type Docker from 'dockerode';
import { label, type NetworkView, type Place } from '../port.js';
import { hasMusl } from './name-files.js';
import type { NetworkLink, NetworkPlace } from './own-network.js';
import { layersOf } from './view.js';

export function linkTo({ bridge, subnet }: NetworkView, { address, dns = [] }: Place): NetworkLink {
  return { bridge, subnet, address, dns };
}

/** Keeps with a container where its network is to be made, whenever it starts. */
export function placeLabels(network: NetworkView, place: Place): Record<string, string> {
  return {
    [label.network]: place.network,
    [label.bridge]: network.bridge,
    [label.subnet]: network.subnet,
    [label.address]: place.address,
    [label.dns]: (place.dns ?? []).join(' '),
  };
}

/** Reads it back. */
export async function placeOf(raw: Docker.ContainerInspectInfo): Promise<NetworkPlace> {
  const { Labels: labels, Hostname: hostname } = raw.Config;
  const { [label.bridge]: bridge, [label.subnet]: subnet, [label.address]: address } = labels;
  const dns = (labels[label.dns] ?? '').split(' ').filter((server) => server !== '');
  const isPlaced = bridge !== undefined && subnet !== undefined && address !== undefined;
  return {
    containerId: raw.Id,
    hostname,
    link: isPlaced ? { bridge, subnet, address, dns } : null,
    asksAllAtOnce: await hasMusl(layersOf(raw).LowerDir?.split(':') ?? []),
  };
}
