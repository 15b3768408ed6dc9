import type { EdgeStats } from '#libs/contracts/edge.js';

/** An app that had nothing in hand for so long begins again at nothing: of those that sleep there is nothing to tell every two seconds. */
const forgottenMs = 60_000;

interface Count {
  now: number;
  /** Seconds of all that were there, until `since` (ms). */
  seconds: number;
  since: number;
}

/** How many requests of each app are in hand, waiting or in flight, and for how long in all: what its load is told by. */
export class Demand {
  readonly #apps = new Map<string, Count>();

  /** A request comes into hand. Call what it gives back once when it has left. */
  enter(appId: string, now = performance.now()): (now?: number) => void {
    const count = this.#apps.get(appId) ?? { now: 0, seconds: 0, since: now };
    this.#apps.set(appId, count);
    add(count, 1, now);
    return (later = performance.now()) => add(count, -1, later);
  }

  stats(now = performance.now()): NonNullable<EdgeStats['apps']> {
    for (const [appId, count] of this.#apps) {
      if (count.now > 0) add(count, 0, now);
      else if (now - count.since > forgottenMs) this.#apps.delete(appId);
    }
    return Object.fromEntries(
      [...this.#apps].map(([appId, count]) => [appId, { now: count.now, seconds: count.seconds }]),
    );
  }
}

function add(count: Count, change: 1 | 0 | -1, now: number): void {
  count.seconds += (count.now * Math.max(0, now - count.since)) / 1_000;
  count.since = now;
  count.now += change;
}
