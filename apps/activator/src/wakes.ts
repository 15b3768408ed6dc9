import { standInMs, type RouteInstance } from '#libs/contracts/edge.js';
import type { WakeReply } from '#libs/contracts/runtime-api.js';

/** How an app was found by the request that it answered: running, frozen, or not there at all. */
export type Start = 'warm' | 'frozen' | 'cold';

/** Has sleeping apps woken: one call for an app at a time, however many of its visitors wait. */
export class Wakes {
  readonly #calls = new Set<string>();
  readonly #awake = new Map<string, { instances: RouteInstance[]; until: number }>();

  readonly #ask: (appId: string) => Promise<WakeReply>;
  readonly #onAwake: (appId: string) => void;
  readonly #againMs: number;

  /** `ask` has the app woken; `onAwake` hears that some of its instances can answer now. */
  constructor(ask: (appId: string) => Promise<WakeReply>, onAwake: (appId: string) => void, againMs: number) {
    this.#ask = ask;
    this.#onAwake = onAwake;
    this.#againMs = againMs;
  }

  /** What can answer for an app that the table still calls asleep; null: nothing known. */
  current(appId: string, now = Date.now()): RouteInstance[] | null {
    const awake = this.#awake.get(appId);
    return awake !== undefined && now < awake.until ? awake.instances : null;
  }

  /** Asks for the app to be woken, unless that is under way. A runtime that is away is asked again by who still waits. */
  begin(appId: string): void {
    if (this.#calls.has(appId)) return;
    this.#calls.add(appId);
    const over = () => this.#calls.delete(appId);
    this.#ask(appId).then(
      ({ instances }) => {
        // It is being started, as the table will say in a moment: who comes until then need not ask as well.
        if (instances.length === 0) return void setTimeout(over, this.#againMs).unref();
        over();
        this.#awake.set(appId, { instances, until: Date.now() + standInMs });
        this.#onAwake(appId);
      },
      () => over(),
    );
  }

  /** Drops what the table knows by now. */
  prune(isAsleep: (appId: string) => boolean, now = Date.now()): void {
    for (const [appId, { until }] of this.#awake) {
      if (now >= until || !isAsleep(appId)) this.#awake.delete(appId);
    }
  }
}
