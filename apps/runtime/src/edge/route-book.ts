import { isDeepStrictEqual } from 'node:util';
import type { EdgeStats, RouteTable, RouteTarget, TeamGate } from '#libs/contracts/edge.js';

/** What the book needs of the activator. */
export interface TableReceiver {
  putTable(table: RouteTable): Promise<void>;
  stats(): Promise<EdgeStats>;
}

type Hosts = Record<string, RouteTarget>;

/** An app as the table needs it. */
interface AppRoutes {
  hosts: Hosts;
  /** Whose containers may call it by its name. Null: nobody's. */
  teamId: string | null;
}

/** A team's bridge on this host. */
export interface TeamNetwork {
  teamId: string;
  gateway: string;
  subnet: string;
}

/**
 * The host's route table: what it should say, what is known to be in force, and (because an address may be reused only
 * after every route to it is gone) every instance that some table which may still be in force names.
 */
export class RouteBook {
  readonly #apps = new Map<string, AppRoutes>();
  #networks: TeamNetwork[] = [];
  /** Instances named by the table in force or by one that was sent since and not confirmed. null: nothing is known yet. */
  #maybeRouted: Set<string> | null = null;
  #generation = 0;
  /** Counts changes of what the table should say; `#confirmed` is the last one in force. */
  #wanted = 1;
  #confirmed = 0;
  #sending: Promise<void> | null = null;

  constructor(
    private readonly receiver: TableReceiver,
    private readonly epoch: number,
  ) {}

  /** Says what the hosts of an app should do, and whose app it is. True when that is a change. The first host is its own. */
  set(appId: string, hosts: Hosts, teamId: string | null = null): boolean {
    const before = this.#apps.get(appId);
    const gone = Object.keys(hosts).length === 0;
    if (gone ? before === undefined : isDeepStrictEqual(before, { hosts, teamId })) return false;
    if (gone) this.#apps.delete(appId);
    else this.#apps.set(appId, { hosts, teamId });
    this.#wanted += 1;
    return true;
  }

  /** Says which bridges there are: on each, its team calls its own apps by name. */
  setNetworks(networks: TeamNetwork[]): void {
    if (isDeepStrictEqual(this.#networks, networks)) return;
    this.#networks = networks;
    this.#wanted += 1;
  }

  /** The target of an app's own host, the first that was said; null when nothing was. */
  target(appId: string): RouteTarget | null {
    const [main] = Object.values(this.#apps.get(appId)?.hosts ?? {});
    return main ?? null;
  }

  /** Apps that are not in `appIds` have no hosts. */
  keepOnly(appIds: { has: (appId: string) => boolean }): void {
    for (const appId of this.#apps.keys()) if (!appIds.has(appId)) this.set(appId, {});
  }

  /** Resolves once a table that says what `set` said before this call is in force everywhere. */
  async publish(): Promise<void> {
    const wanted = this.#wanted;
    while (this.#confirmed < wanted) {
      this.#sending ??= this.#send().finally(() => (this.#sending = null));
      await this.#sending;
    }
  }

  /** Publishes what changed, and sends the table again if the activator has lost it. */
  async keepInForce(): Promise<void> {
    if (this.#confirmed === this.#wanted && this.#sending === null) {
      const { epoch, generation } = await this.receiver.stats();
      if (epoch !== this.epoch || generation !== this.#generation) this.#wanted += 1;
    }
    await this.publish();
  }

  /** May a visitor's request still be led to this instance? */
  isRouted(instanceId: string): boolean {
    return this.#maybeRouted?.has(instanceId) ?? true;
  }

  /** The activator's counters. */
  stats(): Promise<EdgeStats> {
    return this.receiver.stats();
  }

  /** Requests that the activator has open to an instance; 0 when it is not there to have any. */
  async inFlight(instanceId: string): Promise<number> {
    try {
      return (await this.receiver.stats()).instances[instanceId]?.inFlight ?? 0;
    } catch {
      return 0;
    }
  }

  /** The table as it should be. */
  table(): RouteTable {
    const hosts: Hosts = {};
    for (const app of this.#apps.values()) Object.assign(hosts, app.hosts);
    return { epoch: this.epoch, generation: this.#generation, hosts, gates: this.#gates() };
  }

  #gates(): TeamGate[] {
    const byTeam = new Map<string, Record<string, string>>();
    for (const { hosts, teamId } of this.#apps.values()) {
      const [main] = Object.entries(hosts);
      if (teamId === null || main === undefined) continue;
      const [host, target] = main;
      const apps = byTeam.get(teamId) ?? {};
      apps[target.app] = host;
      byTeam.set(teamId, apps);
    }
    return this.#networks.map(({ teamId, gateway, subnet }) => ({
      gateway,
      subnet,
      apps: byTeam.get(teamId) ?? {},
    }));
  }

  async #send(): Promise<void> {
    const version = this.#wanted;
    this.#generation += 1;
    const table = this.table();
    const named = instancesOf(table);
    if (this.#maybeRouted !== null) for (const id of named) this.#maybeRouted.add(id);
    await this.receiver.putTable(table);
    this.#maybeRouted = named;
    this.#confirmed = version;
  }
}

function instancesOf(table: RouteTable): Set<string> {
  return new Set(
    Object.values(table.hosts).flatMap(({ instances, frozen = [] }) =>
      [...instances, ...frozen].map((one) => one.instanceId),
    ),
  );
}
