/** How a wait ended: the table changed, the time is over, the visitor left, or there was no place. */
export type WaitOutcome = 'changed' | 'timeout' | 'gone' | 'full';

interface Waiter {
  host: string | null;
  wake: (outcome: WaitOutcome) => void;
}

/** Holds requests of apps that cannot answer yet. At most `capacity` per app and `inAll` of all; each wait has an end. */
export class WaitingRoom {
  readonly #rooms = new Map<string, Set<Waiter>>();

  readonly #capacity: number;
  readonly #inAll: number;
  #waiting = 0;

  constructor({ capacity, inAll = Infinity }: { capacity: number; inAll?: number }) {
    this.#capacity = capacity;
    this.#inAll = inAll;
  }

  /** Waits until `wakeWhere` names the host, for at most `ms`, or until the signal aborts. */
  wait(appId: string, host: string | null, ms: number, gone: AbortSignal): Promise<WaitOutcome> {
    if (gone.aborted) return Promise.resolve('gone');
    if (ms <= 0) return Promise.resolve('timeout');
    const room = this.#rooms.get(appId) ?? new Set<Waiter>();
    if (room.size >= this.#capacity || this.#waiting >= this.#inAll) return Promise.resolve('full');
    this.#rooms.set(appId, room);
    return new Promise((resolve) => {
      const waiter: Waiter = {
        host,
        wake: (outcome) => {
          clearTimeout(timer);
          gone.removeEventListener('abort', leave);
          room.delete(waiter);
          this.#waiting -= 1;
          if (room.size === 0) this.#rooms.delete(appId);
          resolve(outcome);
        },
      };
      const leave = () => waiter.wake('gone');
      const timer = setTimeout(() => waiter.wake('timeout'), ms);
      gone.addEventListener('abort', leave, { once: true });
      room.add(waiter);
      this.#waiting += 1;
    });
  }

  /** How many wait for the app. */
  size(appId: string): number {
    return this.#rooms.get(appId)?.size ?? 0;
  }

  /** Ends the wait of the one that came first. */
  wakeFirst(appId: string): void {
    for (const waiter of this.#rooms.get(appId) ?? []) return waiter.wake('changed');
  }

  /** Ends the wait of everybody who waits for such a host, in the order in which they came. */
  wakeWhere(predicate: (host: string | null) => boolean): void {
    for (const room of [...this.#rooms.values()]) {
      for (const waiter of [...room]) if (predicate(waiter.host)) waiter.wake('changed');
    }
  }
}
