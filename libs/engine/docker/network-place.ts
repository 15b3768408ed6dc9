import type Docker from 'dockerode';
import { label, type ContainerSpec, type NetworkView } from '../port.js';
import { hasMusl } from './name-files.js';
import type { NetworkPlace } from './own-network.js';
import { layersOf } from './view.js';

/** Keeps with a container where its network is to be made, whenever it starts. */
export function placeLabels(spec: ContainerSpec, { bridge, subnet }: NetworkView): Record<string, string> {
  return {
    [label.network]: spec.network,
    [label.bridge]: bridge,
    [label.subnet]: subnet,
    [label.address]: spec.address,
    [label.dns]: (spec.dns ?? []).join(' '),
  };
}

/** Reads it back. */
export async function placeOf(raw: Docker.ContainerInspectInfo): Promise<NetworkPlace> {
  const { Labels: labels, Hostname: hostname } = raw.Config;
  return {
    containerId: raw.Id,
    hostname,
    bridge: labels[label.bridge] ?? '',
    subnet: labels[label.subnet] ?? '',
    address: labels[label.address] ?? '',
    dns: (labels[label.dns] ?? '').split(' ').filter((server) => server !== ''),
    asksAllAtOnce: await hasMusl(layersOf(raw).LowerDir?.split(':') ?? []),
  };
}
