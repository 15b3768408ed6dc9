import { messageOf } from '#libs/core/errors.js';
import { label, type ContainerEngine, type EngineEvent } from '#libs/engine/port.js';

/** Pause before the event stream is opened again after it broke. */
const retryMs = 500;
/** OOM notices are remembered so long: the engine may tell of the kill after the exit. */
const rememberOomMs = 60_000;

export interface EngineWatchOptions {
  engine: ContainerEngine;
  /** Something of this app changed. */
  onChange: (appId: string) => void;
  /** The app of an instance whose container waited for it and so does not carry the app's label. */
  appOf?: (instanceId: string) => string | undefined;
  /** The stream is open (again): what happened before may have been missed. */
  onOpen: () => void;
  /** The kernel ended a process of this instance for its use of memory; the instance may go on. */
  onOom?: (instance: { instanceId: string; containerId: string }) => void;
  warn: (message: string) => void;
}

/** Follows the engine's events for as long as the process lives, and lets tasks wait for a container's end. */
export class EngineWatch {
  readonly #options: EngineWatchOptions;
  readonly #abort = new AbortController();
  readonly #ends = new Map<string, Set<() => void>>();
  readonly #oom = new Map<string, number>();
  #running: Promise<void> | null = null;
  #connected = false;

  constructor(options: EngineWatchOptions) {
    this.#options = options;
  }

  get connected(): boolean {
    return this.#connected;
  }

  start(): void {
    this.#running ??= this.#follow();
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#running;
  }

  /** Was an out-of-memory kill of this container seen lately? */
  sawOom(containerId: string): boolean {
    return this.#oom.has(containerId);
  }

  /** Calls `listener` when the container ends; returns how to stop listening. A missed event is nobody's: poll as well. */
  onEnd(containerId: string, listener: () => void): () => void {
    const listeners = this.#ends.get(containerId) ?? new Set();
    this.#ends.set(containerId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#ends.delete(containerId);
    };
  }

  async #follow(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      try {
        for await (const event of this.#options.engine.events(signal, () => this.#opened()))
          this.#take(event);
      } catch (error) {
        if (!signal.aborted) this.#options.warn(`The engine's event stream broke: ${messageOf(error)}`);
      }
      this.#connected = false;
      if (!signal.aborted) await pause(retryMs, signal);
    }
  }

  #opened(): void {
    this.#connected = true;
    this.#options.onOpen();
  }

  #take(event: EngineEvent): void {
    if (event.kind === 'oom') this.#noteOom(event.containerId, event.labels[label.instance]);
    if (event.kind === 'die') for (const listener of this.#ends.get(event.containerId) ?? []) listener();
    const appId = event.labels[label.app] ?? this.#options.appOf?.(event.labels[label.instance] ?? '');
    // Creations and starts are our own doing; only what happens to us needs a look.
    if (appId !== undefined && ['die', 'oom', 'destroy'].includes(event.kind)) this.#options.onChange(appId);
  }

  #noteOom(containerId: string, instanceId: string | undefined): void {
    const now = Date.now();
    for (const [id, at] of this.#oom) if (now - at > rememberOomMs) this.#oom.delete(id);
    const again = this.#oom.has(containerId);
    this.#oom.set(containerId, now);
    // A worker that dies again and again is told of once a minute.
    if (instanceId !== undefined && !again) this.#options.onOom?.({ instanceId, containerId });
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}
