/** Long work on instances that this process has under way: at most one task for each instance. */
export class InstanceTasks {
  readonly #tasks = new Map<string, { abort: AbortController; done: Promise<void> }>();

  isBusy(instanceId: string): boolean {
    return this.#tasks.has(instanceId);
  }

  /** Instances that have a task now. */
  ids(): Set<string> {
    return new Set(this.#tasks.keys());
  }

  get size(): number {
    return this.#tasks.size;
  }

  /** Starts a task unless the instance has one. `after` runs when it is over, whatever its end; it must not throw. */
  run(
    instanceId: string,
    work: (signal: AbortSignal) => Promise<void>,
    after: (error: unknown) => void,
  ): void {
    if (this.#tasks.has(instanceId)) return;
    const abort = new AbortController();
    const done = work(abort.signal)
      .then(
        () => undefined,
        (error: unknown) => error,
      )
      .then((error) => {
        this.#tasks.delete(instanceId);
        after(error);
      });
    this.#tasks.set(instanceId, { abort, done });
  }

  /** Tells the task to stop; it ends a little later. */
  abort(instanceId: string): void {
    this.#tasks.get(instanceId)?.abort.abort(new TaskAborted());
  }

  /** Stops all tasks and waits for their ends. */
  async stop(): Promise<void> {
    const all = [...this.#tasks.values()];
    for (const { abort } of all) abort.abort(new TaskAborted());
    await Promise.all(all.map(({ done }) => done));
  }
}

export class TaskAborted extends Error {
  constructor() {
    super('Nobody wants this any more.');
    this.name = 'TaskAborted';
  }
}
