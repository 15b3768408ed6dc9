import type { ContainerCreateOptions, HostConfig, MountSettings } from 'dockerode';
import {
  EngineError,
  type ContainerSpec,
  type NetworkView,
  type UnplacedSpec,
  type VolumeMount,
} from '../port.js';
import { placeLabels } from './network-place.js';
import { ownNetworkRuntime } from './own-network.js';

/** Log files that the Engine keeps of a container: two of 10 MB. Berth's own copy is capped apart from it. */
const logMegabytes = 10;
const logFiles = 2;
/** Open files a process may have. Debian's default of 1,048,576 makes some runtimes allocate tables of that size. */
const openFiles = 16_384;
/** The kernel kills a tenant's process before anything of the host's (range -1000 to 1000). */
const oomScore = 500;

/**
 * The Engine's own list, and the files that it puts into a container from its folder on the host's disk: root there could make them as large as
 * that disk. What the Engine itself writes into them still shows.
 */
const readOnly = [
  ...['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'],
  ...['/etc/hosts', '/etc/hostname', '/etc/resolv.conf'],
];

/** The types of dockerode lack the cgroup namespace (API 1.41) and paths that are read-only (1.38). */
type Options = ContainerCreateOptions & {
  name: string;
  HostConfig: HostConfig & { CgroupnsMode: 'private'; ReadonlyPaths: string[] };
};

/**
 * What the Engine is asked for, with the hardening baseline: every tenant's container is made by this function and
 * by nothing else. It never asks for privileges, host paths, devices or a host namespace.
 * @param network the network that Berth itself will put it in, or `later`; null: the Engine does
 */
export function createOptions(
  spec: ContainerSpec | UnplacedSpec,
  network: NetworkView | 'later' | null,
): Options {
  const networking = network === null ? byEngine(spec) : byBerth(spec, network);
  const memory = Math.round(spec.limits.memoryMb * 1024 * 1024);
  return {
    name: spec.name,
    Image: spec.image,
    ...(spec.command.length > 0 ? { Cmd: spec.command, Entrypoint: [] } : {}),
    Env: Object.entries(spec.env).map(([key, value]) => `${key}=${value}`),
    Labels: { ...spec.labels, ...networking.labels },
    Hostname: hostname(spec.name),
    ...(spec.user !== undefined && { User: spec.user }),
    ...(spec.workingDir !== undefined && { WorkingDir: spec.workingDir }),
    Tty: spec.stdin === 'terminal',
    // Otherwise stdin is at its end: nothing is attached, nothing stays open.
    OpenStdin: spec.stdin !== undefined,
    // A plain stream ends with who writes it; a terminal may be left and come back to.
    StdinOnce: spec.stdin === 'stream',
    AttachStdin: false,
    AttachStdout: false,
    AttachStderr: false,
    StopSignal: 'SIGTERM',
    // Readiness is Berth's to ask; an image's own check would run a process every few seconds.
    Healthcheck: { Test: ['NONE'] },
    StopTimeout: spec.graceSeconds,
    HostConfig: {
      ...networking.host,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      ReadonlyPaths: readOnly,
      Privileged: false,
      Init: true,
      PidsLimit: spec.limits.pids,
      Memory: memory,
      MemorySwap: memory,
      NanoCpus: Math.round(spec.limits.cpus * 1e9),
      Ulimits: [{ Name: 'nofile', Soft: openFiles, Hard: openFiles }],
      CgroupnsMode: 'private',
      IpcMode: 'private',
      LogConfig: {
        Type: 'local',
        Config: { 'max-size': `${logMegabytes}m`, 'max-file': String(logFiles) },
      },
      // The reconciler owns restarts and their delays.
      RestartPolicy: { Name: 'no' },
      AutoRemove: false,
      OomScoreAdj: oomScore,
      ...(spec.volumes !== undefined && { Mounts: spec.volumes.map(mount) }),
      // Writable in every image, one built FROM scratch too; what is written counts as the container's memory.
      Tmpfs: { '/tmp': `rw,exec,nosuid,nodev,mode=1777,size=${Math.floor(memory / 2)}` },
    },
    ...networking.options,
  };
}

/** By its name: never a folder of the host. */
function mount({ name, path }: VolumeMount): MountSettings {
  return { Type: 'volume', Source: name, Target: path };
}

/** Who makes the container's network, and which. */
interface Networking {
  labels: Record<string, string>;
  host: Pick<HostConfig, 'NetworkMode' | 'Dns' | 'Runtime'>;
  options: Pick<ContainerCreateOptions, 'NetworkingConfig' | 'NetworkDisabled'>;
}

function byEngine(spec: ContainerSpec | UnplacedSpec): Networking {
  if (!('network' in spec))
    throw new EngineError('conflict', 'On this Engine a container has its network from the first.');
  const { network, address, dns } = spec;
  return {
    labels: {},
    host: { NetworkMode: network, ...(dns !== undefined && { Dns: dns }) },
    options: {
      NetworkingConfig: { EndpointsConfig: { [network]: { IPAMConfig: { IPv4Address: address } } } },
    },
  };
}

function byBerth(spec: ContainerSpec | UnplacedSpec, network: NetworkView | 'later'): Networking {
  return {
    labels: 'network' in spec && network !== 'later' ? placeLabels(network, spec) : {},
    host: { Runtime: ownNetworkRuntime },
    options: { NetworkDisabled: true },
  };
}

/** A host name of at most 63 letters, digits and dashes, from the container's name. */
function hostname(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9-]/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '');
}
