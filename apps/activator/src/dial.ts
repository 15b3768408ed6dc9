import { Agent, type AgentOptions, type ClientRequestArgs } from 'node:http';
import { connect, type Socket } from 'node:net';

/** An address that did not take a connection in time. */
export class DialTimeout extends Error {
  readonly code = 'DIAL_TIMEOUT';
}

/** An http.Agent whose connects end after `dialMs` instead of the kernel's two minutes. */
export class DialingAgent extends Agent {
  readonly #dialMs: number;
  readonly #halfOpen: boolean;

  constructor(options: AgentOptions & { dialMs: number; allowHalfOpen: boolean }) {
    super(options);
    this.#dialMs = options.dialMs;
    this.#halfOpen = options.allowHalfOpen;
  }

  override createConnection(options: ClientRequestArgs): Socket {
    const { dialMs, halfOpen } = { dialMs: this.#dialMs, halfOpen: this.#halfOpen };
    const socket = connect({
      host: options.host ?? '',
      port: Number(options.port),
      noDelay: true,
      allowHalfOpen: halfOpen,
    });
    // When the event loop was busy, the timer and the connection can be due together: look at the connection first.
    const timer = setTimeout(() => {
      setImmediate(() => {
        if (socket.connecting) socket.destroy(new DialTimeout(`No connection within ${dialMs} ms.`));
      });
    }, dialMs);
    socket.once('connect', () => clearTimeout(timer));
    socket.once('close', () => clearTimeout(timer));
    return socket;
  }
}
