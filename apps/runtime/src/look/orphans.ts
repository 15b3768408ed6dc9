import { label, type ContainerEngine, type ContainerView } from '#libs/engine/port.js';
import type { Db } from '#libs/store/db.js';
import type { Fence } from '#libs/store/hosts.js';
import { presentInstanceIds } from '#libs/store/instances.js';
import { networksOf } from '#libs/store/networks.js';
import type { WarmPool } from '../warm/warm-pool.js';

/**
 * Removes containers and networks that carry this copy's label and that no row (and no warm pool) accounts for. Only what two looks in a row found
 * without a row: the first may have seen a container before its row was committed.
 */
export class Orphans {
  #suspects = new Set<string>();

  constructor(
    private readonly context: {
      db: Db;
      engine: ContainerEngine;
      fence: Fence;
      warm: Pick<WarmPool, 'has'>;
      warn: (message: string) => void;
    },
  ) {}

  /** One look at what the Engine had before any row was read; returns what was removed. */
  async sweep(containers: ContainerView[]): Promise<string[]> {
    const found = await this.#find(containers);
    const certain = found.filter(({ key }) => this.#suspects.has(key));
    const removed: string[] = [];
    for (const orphan of certain) {
      await orphan.remove();
      removed.push(orphan.key);
      this.context.warn(`Removed ${orphan.key}: no row accounts for it.`);
    }
    this.#suspects = new Set(found.map(({ key }) => key));
    return removed;
  }

  async #find(containers: ContainerView[]): Promise<{ key: string; remove: () => Promise<void> }[]> {
    const { db, engine, fence, warm } = this.context;
    // The engine first: what exists there before the rows are read, and has no row then, has none.
    const networks = await engine.listNetworks();
    const [instances, rows] = await Promise.all([
      presentInstanceIds(db, fence.hostId),
      networksOf(db, fence.hostId),
    ]);
    const isOurs = (id: string): boolean => instances.has(id) || warm.has(id);
    const names = new Set(rows.map((row) => row.name));
    return [
      ...containers
        .filter((view) => ['instance', 'warm'].includes(view.labels[label.kind] ?? ''))
        .filter((view) => !isOurs(view.labels[label.instance] ?? ''))
        .map((view) => ({ key: `container ${view.name}`, remove: () => engine.remove(view.id) })),
      ...networks
        .filter((view) => view.labels[label.kind] === 'team-network' && !names.has(view.name))
        .map((view) => ({ key: `network ${view.name}`, remove: () => engine.removeNetwork(view.name) })),
    ];
  }
}
