/**
 * Listening sockets that outlive the process that uses them: it hands each on as soon as it listens, and the one that is started after it inherits them
 * all (libs/config/kept-sockets.ts). While there is none the kernel goes on taking connections, and they wait for the next.
 *
 * What comes are Node's bare handles: a `net.Server` would begin to take connections here.
 */
export class KeptSockets {
  #handles = new Map();
  #user = null;

  /** What the next process is given: beside its three streams, and in its environment. */
  inheritance() {
    const names = [...this.#handles.keys()];
    return {
      stdio: ['ipc', ...[...this.#handles.values()].map(({ fd }) => fd)],
      env: {
        BERTH_SOCKETS: JSON.stringify(Object.fromEntries(names.map((name, index) => [name, index + 4]))),
      },
    };
  }

  /** Hears this process alone from now on: of two that overlap the older one may have sockets that nobody would listen on when it is gone. */
  follow(child) {
    this.#user = child;
    child.on('message', ({ keep, drop }, handle) => {
      if (child !== this.#user) return handle?.close();
      this.#let(keep ?? drop);
      if (handle) this.#handles.set(keep, handle);
    });
  }

  /** Nobody waits any more. */
  close() {
    for (const name of this.#handles.keys()) this.#let(name);
  }

  #let(name) {
    this.#handles.get(name)?.close();
    this.#handles.delete(name);
  }
}
