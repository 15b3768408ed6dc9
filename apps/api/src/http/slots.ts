import { BerthError } from '#libs/core/errors.js';

/**
 * Lets so many run at once, makes so many wait in their order for so long, and turns away the rest with `busy`. Give the slot
 * back by calling what `take` gave.
 */
export class Slots {
  private running = 0;
  private readonly queue: (() => void)[] = [];

  constructor(
    private readonly limits: { running: number; waiting: number; waitMs: number },
    private readonly what: string,
  ) {}

  async take(): Promise<() => void> {
    if (this.running < this.limits.running) this.running++;
    else await this.wait();
    let given = false;
    return () => {
      if (given) return;
      given = true;
      const next = this.queue.shift();
      // The slot passes on without becoming free between.
      if (next) next();
      else this.running--;
    };
  }

  private wait(): Promise<void> {
    if (this.queue.length >= this.limits.waiting) return Promise.reject(this.busy());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.queue.splice(this.queue.indexOf(go), 1);
        reject(this.busy());
      }, this.limits.waitMs);
      const go = () => {
        clearTimeout(timer);
        resolve();
      };
      this.queue.push(go);
    });
  }

  private busy(): BerthError {
    return new BerthError('busy', `Too many ${this.what} at once; try again in a minute.`);
  }
}
