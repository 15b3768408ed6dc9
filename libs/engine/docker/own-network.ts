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

/** What a container's place in a network is made from. */
export interface NetworkPlace {
  containerId: string;
  hostname: string;
  /** The team network's Linux bridge. */
  bridge: string;
  /** CIDR of the team's network. */
  subnet: string;
  address: string;
  /** Whom it asks for names, in this order. */
  dns: string[];
  /** Its image's C library asks all name servers at once. */
  asksAllAtOnce: boolean;
}

export interface MadePlace {
  at: Date;
  macAddress: string;
}

/**
 * Network namespaces that Berth makes itself, each with one interface on the team's bridge, before the container that
 * will be in it is started. The Engine's own way starts `dockerd` three times and `iptables` nine times for each start of
 * a container (docs/decisions.md, "A container's network is made by Berth").
 *
 * A folder for each container holds what the runtime puts into it: `net` (the namespace, kept by a mount), `hosts` and
 * `resolv.conf`, both read-only inside.
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
    await Promise.all([
      writeFile(join(folder, 'interface'), interfaceName(place.address)),
      writeFile(join(folder, 'hosts'), hostsFile(place)),
      writeFile(join(folder, 'resolv.conf'), resolvConf(place)),
      open(join(folder, 'net'), 'w').then((file) => file.close()),
    ]);
    try {
      return await this.#plug(place, join(folder, 'net'));
    } catch (error) {
      await this.#drop(place.containerId);
      if (error instanceof EngineError) throw error;
      const said = `The container’s network could not be made: ${messageOf(error)}`;
      throw new EngineError('engine_failed', said, { cause: error });
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

  async #plug(place: NetworkPlace, netFile: string): Promise<MadePlace> {
    const name = interfaceName(place.address);
    const macAddress = macOf(place.address);
    const bits = place.subnet.split('/')[1] ?? '';
    // Inside: loopback, one end of a pair of interfaces, its address. The other end stays in the host's namespace.
    const inside = [
      'link set dev lo up',
      `link add name eth0 address ${macAddress} type veth peer name ${name} netns ${process.pid}`,
      // Nobody speaks IPv6 on a team's bridge; a kernel without it does not know the word.
      ...(existsSync('/proc/sys/net/ipv6') ? ['link set dev eth0 addrgenmode none'] : []),
      `address add ${place.address}/${bits} dev eth0`,
      'link set dev eth0 up',
      `route add default via ${gatewayIn(place.subnet)}`,
    ];
    for (let tries = 1; ; tries += 1) {
      try {
        await runHostTool('unshare', [`--net=${netFile}`, 'ip', '-batch', '-'], `${inside.join('\n')}\n`);
        break;
      } catch (error) {
        await runHostTool('umount', [netFile]).catch(() => '');
        if (!(error instanceof Error) || !error.message.includes('File exists') || tries === 2) throw error;
        await this.#freeAddress(place, name);
      }
    }
    await runHostTool('ip', ['link', 'set', 'dev', name, 'master', place.bridge, 'up']);
    return { at: new Date(), macAddress };
  }

  /** A container that ended by itself still has its interface: the address is free all the same. */
  async #freeAddress(place: NetworkPlace, name: string): Promise<void> {
    for (const other of await this.present()) {
      if (other === place.containerId || (await this.#interfaceOf(other)) !== name) continue;
      if (await this.isRunning(other))
        throw new EngineError('address_in_use', `The address ${place.address} is in use.`);
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
