import { steadyNow } from '#libs/core/steady-clock.js';
import { label, type ContainerEngine } from '#libs/engine/port.js';

/** How often the disk is looked at: one system call while there is room. */
export const diskEveryMs = 5_000;
/** Whoever wrote less is not why a disk is full. */
const leastMb = 256;
/** The Engine walks all that was written: not again so soon when nobody is at fault. */
const calmMs = 60_000;

export interface DiskWatchOptions {
  engine: Pick<ContainerEngine, 'freeMb' | 'written' | 'list' | 'stop' | 'remove'>;
  /** Bytes that each app's volumes have lately grown by. What was there before is somebody's data, and no fault. */
  grown: () => Promise<ReadonlyMap<string, number>>;
  /** Below this somebody has to go. */
  leastFreeMb: number;
  warn: (message: string) => void;
}

/**
 * Ends, one at a time, the containers that fill the host's disk: few file systems can limit what is written above an image, so nothing does, until
 * there is little left for everybody.
 */
export class DiskWatch {
  readonly #ended = new Map<string, number>();
  #calmUntil = 0;

  constructor(private readonly options: DiskWatchOptions) {}

  /** MB that a container had written when it was ended for it; undefined for all others. */
  endedAt(containerId: string): number | undefined {
    return this.#ended.get(containerId);
  }

  async look(): Promise<void> {
    const { engine, leastFreeMb, warn } = this.options;
    if (steadyNow() < this.#calmUntil || ((await engine.freeMb()) ?? Infinity) >= leastFreeMb) return;
    const [own, views, grown] = await Promise.all([engine.written(), engine.list(), this.options.grown()]);
    for (const id of this.#ended.keys()) if (!own.has(id)) this.#ended.delete(id);
    const written = views.map((view) => {
      const bytes = (own.get(view.id) ?? 0) + (grown.get(view.labels[label.app] ?? '') ?? 0);
      return { view, mb: Math.floor(bytes / 1024 / 1024) };
    });
    const { view: most, mb } = written.toSorted((a, b) => b.mb - a.mb)[0] ?? { mb: 0 };
    if (most === undefined || mb < leastMb) {
      this.#calmUntil = steadyNow() + calmMs;
      return;
    }
    warn(`The host's disk is nearly full; ${most.name} has written ${mb} MB and is ended.`);
    this.#ended.set(most.id, mb);
    // What ends is told of with its reason, and mostly goes by itself; if not, the next look removes it.
    if (most.state === 'running' || most.state === 'paused') await engine.stop(most.id, 0);
    else await engine.remove(most.id);
  }
}
