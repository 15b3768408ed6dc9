/** Looks at different apps that may be under way at once: they mostly wait for Postgres and the engine. */
const width = 6;
/** A look that failed (Postgres or engine away) is repeated after this, doubled each time. */
const firstRetryMs = 250;
const longestRetryMs = 10_000;

/**
 * Makes looks happen: one at a time for each app, never two for the same, none forgotten. Asking during a look means
 * one more look after it.
 */
export class LookQueue {
  readonly #waiting = new Set<string>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #again = new Set<string>();
  readonly #timers = new Map<string, { at: number; timer: NodeJS.Timeout }>();
  readonly #failures = new Map<string, number>();
  #open = false;
  #stopped = false;

  constructor(
    private readonly look: (appId: string) => Promise<void>,
    private readonly onError: (appId: string, error: unknown) => void,
  ) {}

  /** Asks for a look at the app, at once or after so many ms (the earliest asked-for time counts). */
  ask(appId: string, afterMs = 0): void {
    if (this.#stopped) return;
    if (afterMs > 0) return this.#later(appId, afterMs);
    if (this.#running.has(appId)) this.#again.add(appId);
    else this.#waiting.add(appId);
    this.#pump();
  }

  /** Looks begin now; what was asked for before was kept. */
  open(): void {
    this.#open = true;
    this.#pump();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#waiting.clear();
    this.#again.clear();
    for (const { timer } of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    await Promise.all(this.#running.values());
  }

  #later(appId: string, afterMs: number): void {
    const at = Date.now() + afterMs;
    const known = this.#timers.get(appId);
    if (known !== undefined && known.at <= at) return;
    clearTimeout(known?.timer);
    const timer = setTimeout(() => {
      this.#timers.delete(appId);
      this.ask(appId);
    }, afterMs);
    timer.unref();
    this.#timers.set(appId, { at, timer });
  }

  #pump(): void {
    if (!this.#open) return;
    for (const appId of this.#waiting) {
      if (this.#running.size >= width) return;
      this.#waiting.delete(appId);
      this.#running.set(
        appId,
        this.#run(appId).finally(() => {
          this.#running.delete(appId);
          if (this.#again.delete(appId)) this.ask(appId);
          this.#pump();
        }),
      );
    }
  }

  async #run(appId: string): Promise<void> {
    try {
      await this.look(appId);
      this.#failures.delete(appId);
    } catch (error) {
      const failures = (this.#failures.get(appId) ?? 0) + 1;
      this.#failures.set(appId, failures);
      this.onError(appId, error);
      this.ask(appId, Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(failures - 1, 10)));
    }
  }
}
