import type { RouteTable, RouteTarget } from '#libs/contracts/edge.js';
import { hostKey } from '#apps/activator/src/host-name.js';

/** The table in force, and who wants to know when it changes. */
export class LiveTable {
  #table: RouteTable = { epoch: 0, generation: 0, hosts: {} };
  #hosts = new Map<string, RouteTarget>();
  /** By app id and release number: the release's own host. */
  #releases = new Map<string, Map<number, string>>();
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
    const releases = new Map<string, Map<number, string>>();
    for (const [host, target] of Object.entries(table.hosts)) {
      const key = hostKey(host);
      if (key === null) continue;
      hosts.set(key, target);
      if (!isReleaseHost(key, target)) continue;
      const ofApp = releases.get(target.appId) ?? new Map<number, string>();
      releases.set(target.appId, ofApp.set(target.releaseNumber ?? 0, key));
    }
    this.#table = table;
    this.#hosts = hosts;
    this.#releases = releases;
    for (const listener of this.#listeners) listener();
    return 'applied';
  }

  lookup(host: string | null): RouteTarget | null {
    return host === null ? null : (this.#hosts.get(host) ?? null);
  }

  /**
   * The host whose target answers a visitor of `host` who asks for this release: the release's own, if its app has that host and
   * keeps that release; else `host` itself.
   */
  hostOf(host: string | null, release: number | null): string | null {
    const target = release === null ? null : this.lookup(host);
    if (host === null || release === null || target === null || isReleaseHost(host, target)) return host;
    return this.#releases.get(target.appId)?.get(release) ?? host;
  }

  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }
}

/** Is it the lasting host of that very release (libs/core/names.ts, `releaseHost`)? */
function isReleaseHost(host: string, { app, releaseNumber }: RouteTarget): boolean {
  return releaseNumber !== null && host.startsWith(`${app}--r${releaseNumber}.`);
}

/** Tables are ordered by the runtime's epoch first, then by the generation within it. */
export function isOlder(
  a: { epoch: number; generation: number },
  b: { epoch: number; generation: number },
): boolean {
  return a.epoch < b.epoch || (a.epoch === b.epoch && a.generation < b.generation);
}
