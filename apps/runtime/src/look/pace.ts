/** So many looks in a row that found nothing to do, and nothing asked for in between, say that the host is at rest. */
const calmLooks = 4;
/** At rest one tick in so many is a whole look. */
const everyNth = 4;

/**
 * How often a tick of the clock is a look at everything: always while something happens, one in four at rest. Events and notices do not
 * wait for it; it finds what they missed, and listing hundreds of frozen containers is most of what a host at rest costs.
 */
export class Pace {
  #calm = 0;
  #skipped = 0;

  /** Is this tick one for a whole look? */
  isDue(): boolean {
    this.#skipped += 1;
    if (this.#calm >= calmLooks && this.#skipped < everyNth) return false;
    this.#skipped = 0;
    return true;
  }

  /** A whole look ended, and found so many apps of which something had changed or was under way. */
  noteLook(restless: number): void {
    this.#calm = restless === 0 ? this.#calm + 1 : 0;
  }

  /** Somebody asked for a look at an app. */
  noteActivity(): void {
    this.#calm = 0;
  }
}
