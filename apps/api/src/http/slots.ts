import { BerthError } from '#libs/core/errors.js';

/** Somebody who waits for a slot. */
interface Waiting {
  who: string | null;
  go: () => void;
}

/**
 * Lets so many run at once, makes so many wait in their order for so long, and turns away the rest with `busy`. One user has at
 * most half of the slots, and of the places to wait: whoever sends slowly leaves the others theirs. Give the slot back by calling what `take` gave.
 */
export class Slots {
  private readonly running: (string | null)[] = [];
  private readonly queue: Waiting[] = [];

  constructor(
    private readonly limits: { running: number; waiting: number; waitMs: number },
    private readonly what: string,
  ) {}

  /** @param who id of the user, where one must not have all of them */
  async take(who: string | null = null): Promise<() => void> {
    if (this.mayRun(who)) this.running.push(who);
    else await this.wait(who);
    let given = false;
    return () => {
      if (given) return;
      given = true;
      this.running.splice(this.running.indexOf(who), 1);
      // The slot passes on without becoming free between.
      const at = this.queue.findIndex((waiting) => this.mayRun(waiting.who));
      const [next] = at === -1 ? [] : this.queue.splice(at, 1);
      if (next === undefined) return;
      this.running.push(next.who);
      next.go();
    };
  }

  private mayRun(who: string | null): boolean {
    return this.running.length < this.limits.running && hasShare(this.running, who, this.limits.running);
  }

  private wait(who: string | null): Promise<void> {
    const waiting = this.queue.map((each) => each.who);
    if (waiting.length >= this.limits.waiting || !hasShare(waiting, who, this.limits.waiting))
      return Promise.reject(this.busy());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.queue.splice(this.queue.indexOf(place), 1);
        reject(this.busy());
      }, this.limits.waitMs);
      const go = () => {
        clearTimeout(timer);
        resolve();
      };
      const place = { who, go };
      this.queue.push(place);
    });
  }

  private busy(): BerthError {
    return new BerthError('busy', `Too many ${this.what} at once; try again in a minute.`);
  }
}

/** May they have one more of so many? */
function hasShare(taken: readonly (string | null)[], who: string | null, of: number): boolean {
  return who === null || taken.filter((each) => each === who).length < Math.ceil(of / 2);
}
