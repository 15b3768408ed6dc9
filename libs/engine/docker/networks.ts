import type Docker from 'dockerode';
import { EngineError, label, type NetworkSpec, type NetworkView } from '../port.js';
import type { DockerClient } from './client.js';

/** Networks of this copy of Berth, by its label. */
export async function listNetworks(client: DockerClient, berthId: string): Promise<NetworkView[]> {
  const filters = { label: [`${label.id}=${berthId}`] };
  const rows = await client.must('list networks', (docker) => docker.listNetworks({ filters }));
  return rows.map(toView);
}

/** See the port. A network of that name with another subnet, or somebody else's, is a conflict. */
export async function ensureNetwork(client: DockerClient, spec: NetworkSpec): Promise<NetworkView> {
  const found = await find(client, spec);
  if (found !== null) return found;
  const options: Docker.NetworkCreateOptions = {
    Name: spec.name,
    Driver: 'bridge',
    // Engines before 25 would make a second network of the same name.
    CheckDuplicate: true,
    IPAM: { Driver: 'default', Config: [{ Subnet: spec.subnet, Gateway: spec.gateway }] },
    Options: {
      'com.docker.network.bridge.name': spec.bridge,
      // Berth's own firewall table masquerades, whether or not the Engine touches iptables.
      'com.docker.network.bridge.enable_ip_masquerade': 'false',
    },
    Labels: spec.labels,
  };
  await client.call('create the network', (docker) => docker.createNetwork(options), [409]);
  const created = await find(client, spec);
  if (created === null)
    throw new EngineError('conflict', `The network ${spec.name} belongs to something else.`);
  return created;
}

async function find(client: DockerClient, spec: NetworkSpec): Promise<NetworkView | null> {
  const rows = await client.must('list networks', (docker) =>
    docker.listNetworks({ filters: { name: [spec.name] } }),
  );
  const row = rows.find((candidate) => candidate.Name === spec.name);
  if (row === undefined) return null;
  const view = toView(row);
  if (view.labels[label.id] !== spec.labels[label.id] || view.subnet !== spec.subnet) {
    throw new EngineError(
      'conflict',
      `The network ${spec.name} exists with another owner or subnet (${view.subnet}).`,
    );
  }
  return view;
}

function toView(row: Docker.NetworkInspectInfo): NetworkView {
  return {
    id: row.Id,
    name: row.Name,
    bridge: row.Options?.['com.docker.network.bridge.name'] ?? `br-${row.Id.slice(0, 12)}`,
    subnet: row.IPAM?.Config?.[0]?.Subnet ?? '',
    labels: row.Labels ?? {},
  };
}
