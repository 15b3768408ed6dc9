import { writeKernelFile } from '#libs/config/kernel-file.js';
import {
  standInMs,
  type FrozenInstance,
  type RouteInstance,
  type RouteTarget,
} from '#libs/contracts/edge.js';
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

interface Awake {
  wanted: Wanted;
  instances: RouteInstance[];
  until: number;
  /** The runtime may not know yet: it holds only while the table allows it. */
  unasked: boolean;
}

/** Has sleeping apps woken: one call for an app at a time, however many of its visitors wait. */
export class Wakes {
  readonly #calls = new Set<string>();
  readonly #awake = new Map<string, Awake>();

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

  /**
   * Lets frozen instances go on, and has the runtime told. False when none did: then it has to be waited for. A write to the kernel's own file takes
   * some ten microseconds; asking the runtime first, and being answered, takes milliseconds.
   */
  thaw(wanted: Wanted, frozen: readonly FrozenInstance[], now = steadyNow()): boolean {
    const instances = frozen.filter(letGoOn).map(({ thaw: _, ...instance }) => instance);
    if (instances.length === 0) return false;
    this.#awake.set(keyOf(wanted), { wanted, instances, until: now + standInMs, unasked: true });
    this.begin(wanted);
    return true;
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
        this.#awake.set(key, { wanted, instances, until: steadyNow() + standInMs, unasked: false });
        this.#onAwake(wanted);
      },
      () => over(),
    );
  }

  /** Drops what the table knows by now, and what it does not allow any more. `asleep` gives the target that is still called so. */
  prune(asleep: (wanted: Wanted) => RouteTarget | undefined, now = steadyNow()): void {
    for (const [key, { wanted, until, unasked }] of this.#awake) {
      const target = asleep(wanted);
      if (now >= until || target === undefined || (unasked && target.frozen === undefined))
        this.#awake.delete(key);
    }
  }
}

/** False where its container is gone, or this process may not write. */
function letGoOn({ thaw: { file, text } }: FrozenInstance): boolean {
  try {
    writeKernelFile(file, text);
    return true;
  } catch {
    return false;
  }
}

function keyOf({ appId, release }: Wanted): string {
  return release === undefined ? appId : `${appId} ${release}`;
}
