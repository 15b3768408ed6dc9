import { steadyNow } from '#libs/core/steady-clock.js';
import { label, type ContainerEngine } from '#libs/engine/port.js';

/** How often the disk is looked at: one system call while there is room. */
export const diskEveryMs = 5_000;
/** Whoever wrote less is not why a disk is full. */
const leastMb = 256;
/** The Engine walks all that was written: not again so soon when nobody is at fault. */
const calmMs = 60_000;

export interface DiskWatchOptions {
  engine: Pick<ContainerEngine, 'written' | 'list' | 'stop' | 'remove'>;
  /** Of the disk that containers write to. */
  freeMb: () => Promise<number>;
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
    const { engine, freeMb, leastFreeMb, warn } = this.options;
    if (steadyNow() < this.#calmUntil || (await freeMb()) >= leastFreeMb) return;
    const [written, views] = await Promise.all([engine.written(), engine.list()]);
    for (const id of this.#ended.keys()) if (!written.has(id)) this.#ended.delete(id);
    const [most] = views.toSorted((a, b) => (written.get(b.id) ?? 0) - (written.get(a.id) ?? 0));
    const mb = Math.floor((written.get(most?.id ?? '') ?? 0) / 1024 / 1024);
    if (most === undefined || mb < leastMb) {
      this.#calmUntil = steadyNow() + calmMs;
      return;
    }
    warn(`The host's disk is nearly full; ${most.name} has written ${mb} MB and is ended.`);
    this.#ended.set(most.id, mb);
    // An instance that ends is started anew in another container, and this one goes. All others go as they are.
    const lives = most.state === 'running' || most.state === 'paused';
    if (lives && most.labels[label.kind] === 'instance') await engine.stop(most.id, 0);
    else await engine.remove(most.id);
  }
}
