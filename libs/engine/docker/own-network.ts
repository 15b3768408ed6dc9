import { existsSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runHostTool } from '#libs/config/host-tool.js';
import { messageOf } from '#libs/core/errors.js';
import { gatewayIn } from '#libs/core/subnet.js';
import { EngineError } from '../port.js';
import { fullId } from './cgroup-place.js';
import { hostsFile, resolvConf } from './name-files.js';

/**
 * Name of the runtime in the Engine's settings whose containers have their network from here: runc, told where it is
 * (infra/parts/network-runc.mjs). An Engine that was not set up by Berth does not have it.
 */
export const ownNetworkRuntime = 'berth';

/** What a container's network namespace is made from. */
export interface NetworkPlace {
  containerId: string;
  hostname: string;
  /** null: there is nothing but loopback in it, until the container joins a network. */
  link: NetworkLink | null;
  /** Its image's C library asks all name servers at once. */
  asksAllAtOnce: boolean;
}

/** What it has in a team's network. */
export interface NetworkLink {
  /** The network's Linux bridge. */
  bridge: string;
  /** CIDR of the team's network. */
  subnet: string;
  address: string;
  /** Whom it asks for names, in this order. */
  dns: string[];
}

export interface MadePlace {
  at: Date;
  macAddress: string | null;
}

/**
 * Network namespaces that Berth makes itself, each with one interface on the team's bridge, before the container that
 * will be in it is started. The Engine's own way starts `dockerd` three times and `iptables` nine times for each start of
 * a container (docs/decisions.md, "A container's network is made by Berth").
 *
 * A folder for each container holds what the runtime puts into it: `net` (the namespace, kept by a mount), `hosts` and
 * `resolv.conf`, both read-only inside. `interface` beside them names the host's end: where it is, the container is in a network for good.
 */
export class OwnNetwork {
  /** `runtimePath`: where the Engine says that the runtime is; the folders are beside it. */
  constructor(
    runtimePath: string,
    berthId: string,
    private readonly isRunning: (containerId: string) => Promise<boolean>,
  ) {
    this.#folder = join(dirname(runtimePath), 'networks', berthId);
  }

  readonly #folder: string;

  /** Makes it anew. Throws `address_in_use` when a running container has the address. */
  async make(place: NetworkPlace): Promise<MadePlace> {
    await this.remove(place.containerId);
    const folder = this.#of(place.containerId);
    await mkdir(folder, { recursive: true });
    await Promise.all([this.#tell(place), open(join(folder, 'net'), 'w').then((file) => file.close())]);
    try {
      if (place.link !== null) return await this.#plug(place.containerId, place.link, 'unshare');
      await runHostTool('unshare', [`--net=${join(folder, 'net')}`, 'ip', 'link', 'set', 'dev', 'lo', 'up']);
      return { at: new Date(), macAddress: null };
    } catch (error) {
      await this.#drop(place.containerId);
      throw failure(error);
    }
  }

  /** Gives a container that runs its link. Once, whatever comes of it: throws `conflict` where somebody began before. */
  async join(place: NetworkPlace & { link: NetworkLink }): Promise<void> {
    try {
      await this.#tell(place, 'wx');
      await this.#plug(place.containerId, place.link, 'nsenter');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
        throw new EngineError('conflict', 'The container is in a network already.', { cause: error });
      throw failure(error);
    }
  }

  /** Takes it away, whole or half made. Of no effect where there is none. */
  async remove(containerId: string): Promise<void> {
    const name = await this.#interfaceOf(containerId);
    // At once; with the namespace alone it would go a little later, and be in the way of the next one.
    if (name !== null) await runHostTool('ip', ['link', 'delete', 'dev', name]).catch(() => '');
    if (existsSync(this.#of(containerId))) await this.#drop(containerId);
  }

  /** Containers that have one: what is read before a list of containers is asked for can be trusted to be in it. */
  async present(): Promise<string[]> {
    const names = await readdir(this.#folder).catch(() => []);
    return names.filter((name) => fullId.test(name));
  }

  /** Writes what is known of it; into the same files as before, which the container sees. */
  async #tell({ containerId, hostname, link, asksAllAtOnce }: NetworkPlace, flag = 'w'): Promise<void> {
    const at = (name: string) => join(this.#of(containerId), name);
    if (link !== null) await writeFile(at('interface'), interfaceName(link.address), { flag });
    await writeFile(at('hosts'), hostsFile(link?.address, hostname));
    await writeFile(at('resolv.conf'), resolvConf({ dns: link?.dns ?? [], asksAllAtOnce }));
  }

  /** `unshare` makes the namespace first; `nsenter` finds it. */
  async #plug(containerId: string, link: NetworkLink, enter: 'unshare' | 'nsenter'): Promise<MadePlace> {
    const netFile = join(this.#of(containerId), 'net');
    const name = interfaceName(link.address);
    const macAddress = macOf(link.address);
    const bits = link.subnet.split('/')[1] ?? '';
    // Inside: loopback, one end of a pair of interfaces, its address. The other end stays in the host's namespace.
    const inside = [
      'link set dev lo up',
      `link add name eth0 address ${macAddress} type veth peer name ${name} netns ${process.pid}`,
      // Nobody speaks IPv6 on a team's bridge; a kernel without it does not know the word.
      ...(existsSync('/proc/sys/net/ipv6') ? ['link set dev eth0 addrgenmode none'] : []),
      `address add ${link.address}/${bits} dev eth0`,
      'link set dev eth0 up',
      `route add default via ${gatewayIn(link.subnet)}`,
    ];
    for (let tries = 1; ; tries += 1) {
      try {
        await runHostTool(enter, [`--net=${netFile}`, 'ip', '-batch', '-'], `${inside.join('\n')}\n`);
        break;
      } catch (error) {
        if (enter === 'unshare') await runHostTool('umount', [netFile]).catch(() => '');
        if (!(error instanceof Error) || !error.message.includes('File exists') || tries === 2) throw error;
        await this.#freeAddress(containerId, link.address);
      }
    }
    await runHostTool('ip', ['link', 'set', 'dev', name, 'master', link.bridge, 'up']);
    return { at: new Date(), macAddress };
  }

  /** A container that ended by itself still has its interface: the address is free all the same. */
  async #freeAddress(containerId: string, address: string): Promise<void> {
    for (const other of await this.present()) {
      if (other === containerId || (await this.#interfaceOf(other)) !== interfaceName(address)) continue;
      if (await this.isRunning(other))
        throw new EngineError('address_in_use', `The address ${address} is in use.`);
      await this.remove(other);
    }
  }

  /** Namespace and files. The interface is left alone: it may be another container's, which has the address. */
  async #drop(containerId: string): Promise<void> {
    const folder = this.#of(containerId);
    await runHostTool('umount', [join(folder, 'net')]).catch(() => '');
    await rm(folder, { recursive: true, force: true });
  }

  #interfaceOf(containerId: string): Promise<string | null> {
    return readFile(join(this.#of(containerId), 'interface'), 'utf8').catch(() => null);
  }

  #of(containerId: string): string {
    if (!fullId.test(containerId)) throw new Error(`Not the id of a container: ${containerId}`);
    return join(this.#folder, containerId);
  }
}

function failure(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const said = `The container’s network could not be made: ${messageOf(error)}`;
  return new EngineError('engine_failed', said, { cause: error });
}

/** Name of the host's end, from the address: the kernel itself keeps two containers from having one address. */
export function interfaceName(address: string): string {
  return `bv${hexOf(address).join('')}`;
}

/** As the Engine derives it: a neighbour that remembers an address is right about the next container that has it. */
export function macOf(address: string): string {
  return ['02', '42', ...hexOf(address)].join(':');
}

function hexOf(address: string): string[] {
  return address.split('.').map((byte) => Number(byte).toString(16).padStart(2, '0'));
}
