/** Two looks that a timer asks for are at least so far apart, ms. */
const soonestMs = 250;
/** After a look that failed. */
const againMs = 2_000;

/**
 * Looks when asked, or when it is time: one look at a time, and one more if asked meanwhile. `look` returns after how many ms to look
 * again at the latest.
 */
export class LevelLoop {
  #timer: { at: number; handle: ReturnType<typeof setTimeout> } | null = null;
  #looking: Promise<void> | null = null;
  #again = false;
  #stopped = false;

  constructor(
    private readonly look: () => Promise<number>,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Asks for a look. */
  ask(): void {
    if (this.#stopped) return;
    if (this.#looking !== null) {
      this.#again = true;
      return;
    }
    this.#forgetTimer();
    this.#looking = this.look()
      .catch((error: unknown) => {
        if (!this.#stopped) this.onError(error);
        return againMs;
      })
      .then((ms) => {
        this.#looking = null;
        if (!this.#again) return this.askIn(ms);
        this.#again = false;
        this.ask();
      });
  }

  /** Asks for a look after `ms`; one that is to come sooner stays. */
  askIn(ms: number): void {
    const at = Date.now() + Math.max(soonestMs, ms);
    if (this.#stopped || (this.#timer !== null && this.#timer.at <= at)) return;
    this.#forgetTimer();
    this.#timer = { at, handle: setTimeout(() => this.ask(), at - Date.now()) };
  }

  /** Resolves when the look that is under way is over; there are no more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#forgetTimer();
    await this.#looking;
  }

  #forgetTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer.handle);
    this.#timer = null;
  }
}
