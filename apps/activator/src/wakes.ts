import { standInMs, type RouteInstance } from '#libs/contracts/edge.js';
import type { WakeReply } from '#libs/contracts/runtime-api.js';
import { steadyNow } from '#libs/core/steady-clock.js';

/** How an app was found by the request that it answered: running, frozen, or not there at all. */
export type Start = 'warm' | 'frozen' | 'cold';

/** What is to be woken: an app, or one release of its past. */
export interface Wanted {
  appId: string;
  release?: number;
}

export function isSame(a: Wanted, b: Wanted): boolean {
  return a.appId === b.appId && a.release === b.release;
}

/** Has sleeping apps woken: one call for an app at a time, however many of its visitors wait. */
export class Wakes {
  readonly #calls = new Set<string>();
  readonly #awake = new Map<string, { wanted: Wanted; instances: RouteInstance[]; until: number }>();

  readonly #ask: (wanted: Wanted) => Promise<WakeReply>;
  readonly #onAwake: (wanted: Wanted) => void;
  readonly #againMs: number;

  /** `ask` has the app woken; `onAwake` hears that some of its instances can answer now. */
  constructor(
    ask: (wanted: Wanted) => Promise<WakeReply>,
    onAwake: (wanted: Wanted) => void,
    againMs: number,
  ) {
    this.#ask = ask;
    this.#onAwake = onAwake;
    this.#againMs = againMs;
  }

  /** What can answer for an app that the table still calls asleep; null: nothing known. */
  current(wanted: Wanted, now = steadyNow()): RouteInstance[] | null {
    const awake = this.#awake.get(keyOf(wanted));
    return awake !== undefined && now < awake.until ? awake.instances : null;
  }

  /** Asks for the app to be woken, unless that is under way. A runtime that is away is asked again by who still waits. */
  begin(wanted: Wanted): void {
    const key = keyOf(wanted);
    if (this.#calls.has(key)) return;
    this.#calls.add(key);
    const over = () => this.#calls.delete(key);
    this.#ask(wanted).then(
      ({ instances }) => {
        // It is being started, as the table will say in a moment: who comes until then need not ask as well.
        if (instances.length === 0) return void setTimeout(over, this.#againMs).unref();
        over();
        this.#awake.set(key, { wanted, instances, until: steadyNow() + standInMs });
        this.#onAwake(wanted);
      },
      () => over(),
    );
  }

  /** Drops what the table knows by now. */
  prune(isAsleep: (wanted: Wanted) => boolean, now = steadyNow()): void {
    for (const [key, { wanted, until }] of this.#awake) {
      if (now >= until || !isAsleep(wanted)) this.#awake.delete(key);
    }
  }
}

function keyOf({ appId, release }: Wanted): string {
  return release === undefined ? appId : `${appId} ${release}`;
}
