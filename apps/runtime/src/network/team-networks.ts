import { messageOf } from '#libs/core/errors.js';
import { formatBlock, gatewayIn, parseBlock } from '#libs/core/subnet.js';
import { EngineError, label, type ContainerEngine } from '#libs/engine/port.js';
import type { Db } from '#libs/store/db.js';
import type { Fence } from '#libs/store/hosts.js';
import {
  dropNetworkRow,
  ensureNetworkRow,
  idleNetworks,
  moveNetworkRow,
  networksOf,
  type Network,
  type NetworkPlan,
} from '#libs/store/networks.js';
import type { TeamNetwork } from '../edge/route-book.js';
import type { Firewall } from './firewall.js';
import type { GatePorts } from './firewall-rules.js';
import { localResolvers, routedBlocks } from './host-facts.js';

/** Subnets that the engine may refuse in a row before it is taken for a fault. */
const maxMoves = 16;

export interface TeamNetworksOptions {
  db: Db;
  engine: ContainerEngine;
  firewall: Firewall;
  fence: Fence;
  berthId: string;
  pool: string;
  /** Ports of the activator on each gateway, where the firewall leads calls and look-ups. */
  gatePorts: GatePorts;
  /** Networks that apps are kept from. */
  denied: readonly string[];
  /** The edge is to know these bridges. Must not reject. */
  onNetworks: (networks: TeamNetwork[], publish: boolean) => Promise<void>;
  warn: (message: string) => void;
}

/** One bridge for each team: row in Postgres first, then the engine's network, then the firewall around it. */
export class TeamNetworks {
  /** Networks known to exist, by team; each look at the whole host verifies them. */
  readonly #ready = new Map<string, Promise<Network>>();

  constructor(private readonly options: TeamNetworksOptions) {}

  /** The network of a team, made if need be. */
  ensure(teamId: string): Promise<Network> {
    const known = this.#ready.get(teamId);
    if (known !== undefined) return known;
    const made = this.#make(teamId);
    this.#ready.set(teamId, made);
    made.catch(() => this.#ready.delete(teamId));
    return made;
  }

  /** Forgets networks that somebody removed from the engine, so that they are made again when they are next needed. */
  async verify(): Promise<void> {
    const names = new Set((await this.options.engine.listNetworks()).map((network) => network.name));
    for (const [teamId, made] of this.#ready) {
      const network = await made.catch(() => null);
      if (network === null || !names.has(network.name)) this.#ready.delete(teamId);
    }
  }

  /** Tells the edge which bridges there are, for the first table. */
  async loadGates(): Promise<void> {
    const { db, fence, onNetworks } = this.options;
    await onNetworks((await networksOf(db, fence.hostId)).map(toGate), false);
  }

  /** Brings firewall and edge to the networks of this host. A host without nftables runs on, with a warning. */
  async guard(): Promise<void> {
    const { db, fence, firewall, berthId, gatePorts, denied, onNetworks, warn } = this.options;
    const [networks, resolvers] = await Promise.all([networksOf(db, fence.hostId), localResolvers()]);
    try {
      await firewall.ensure({ berthId, networks, resolvers, gatePorts, denied });
    } catch (error) {
      warn(messageOf(error));
    }
    await onNetworks(networks.map(toGate), true);
  }

  /** Removes networks whose team has neither apps nor instances left. */
  async sweep(): Promise<void> {
    const { db, engine, fence } = this.options;
    for (const network of await idleNetworks(db, fence.hostId)) {
      await engine.removeNetwork(network.name);
      if (await dropNetworkRow(db, fence, network.id)) this.#ready.delete(network.teamId);
    }
  }

  async #make(teamId: string): Promise<Network> {
    const { db, fence } = this.options;
    const plan = await this.#plan();
    let row = await ensureNetworkRow(db, fence, teamId, plan);
    for (let moves = 0; ; moves += 1) {
      try {
        await this.#ensureOnEngine(row);
        break;
      } catch (error) {
        const taken = error instanceof EngineError && error.code === 'address_in_use';
        if (!taken || moves === maxMoves) throw error;
        plan.used.push(parseBlock(row.subnet));
        const moved = await moveNetworkRow(db, fence, row.id, plan);
        if (moved === null) throw error;
        row = moved;
      }
    }
    await this.guard();
    return row;
  }

  async #ensureOnEngine(row: Network): Promise<void> {
    await this.options.engine.ensureNetwork({
      name: row.name,
      bridge: row.bridge,
      subnet: row.subnet,
      gateway: gatewayIn(row.subnet),
      labels: { [label.id]: this.options.berthId, [label.team]: row.teamId, [label.kind]: 'team-network' },
    });
  }

  async #plan(): Promise<NetworkPlan> {
    const { berthId, pool, engine } = this.options;
    const [routed, own] = await Promise.all([routedBlocks(), engine.listNetworks()]);
    // Routes of our own networks are no obstacle: the row that they belong to is found before a slot is chosen.
    const mine = new Set(own.map((network) => network.subnet));
    return {
      pool,
      used: routed.filter((block) => !mine.has(formatBlock(block))),
      name: (teamSlug) => `berth-${berthId}-${teamSlug}`,
      bridge: (slot) => `b${berthId}t${slot}`,
    };
  }
}

function toGate({ teamId, subnet }: Network): TeamNetwork {
  return { teamId, subnet, gateway: gatewayIn(subnet) };
}
