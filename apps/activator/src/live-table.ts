import type { RouteTable, RouteTarget } from '#libs/contracts/edge.js';
import { hostKey } from '#apps/activator/src/host-name.js';

/** The table in force, and who wants to know when it changes. */
export class LiveTable {
  #table: RouteTable = { epoch: 0, generation: 0, hosts: {} };
  #hosts = new Map<string, RouteTarget>();
  readonly #listeners = new Set<() => void>();

  get table(): RouteTable {
    return this.#table;
  }

  get version(): { epoch: number; generation: number } {
    return { epoch: this.#table.epoch, generation: this.#table.generation };
  }

  /** Takes a table over at once, unless a newer one is in force. The same version again is taken: it may be a retry. */
  apply(table: RouteTable): 'applied' | 'older' {
    if (isOlder(table, this.#table)) return 'older';
    const hosts = new Map<string, RouteTarget>();
    for (const [host, target] of Object.entries(table.hosts)) {
      const key = hostKey(host);
      if (key !== null) hosts.set(key, target);
    }
    this.#table = table;
    this.#hosts = hosts;
    for (const listener of this.#listeners) listener();
    return 'applied';
  }

  lookup(host: string | null): RouteTarget | null {
    return host === null ? null : (this.#hosts.get(host) ?? null);
  }

  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }
}

/** Tables are ordered by the runtime's epoch first, then by the generation within it. */
export function isOlder(
  a: { epoch: number; generation: number },
  b: { epoch: number; generation: number },
): boolean {
  return a.epoch < b.epoch || (a.epoch === b.epoch && a.generation < b.generation);
}
