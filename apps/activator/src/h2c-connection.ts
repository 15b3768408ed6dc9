import { connect as connectTcp } from 'node:net';
import {
  connect,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type OutgoingHttpHeaders,
} from 'node:http2';
import type { RouteInstance } from '#libs/contracts/edge.js';
import { DialTimeout } from '#apps/activator/src/dial.js';
import type { Limits } from '#apps/activator/src/limits.js';

/**
 * The one connection to an instance that speaks HTTP/2 without TLS; all requests share it. It is opened when it is needed and closed
 * after a while without a request: an app with an open connection would never sleep.
 */
export class H2cConnection {
  #session: ClientHttp2Session | null = null;
  #ready: Promise<ClientHttp2Session> | null = null;
  #open = 0;
  #idle: NodeJS.Timeout | undefined;

  readonly #instance: RouteInstance;
  readonly #limits: Limits;

  constructor(instance: RouteInstance, limits: Limits) {
    this.#instance = instance;
    this.#limits = limits;
  }

  /** Is the connection there though no request is under way? */
  get isIdle(): boolean {
    return this.#session !== null && this.#open === 0;
  }

  /** Opens a stream; rejects when there is no connection, so that nothing was sent. */
  async request(headers: OutgoingHttpHeaders, options: { endStream: boolean }): Promise<ClientHttp2Stream> {
    clearTimeout(this.#idle);
    this.#open += 1;
    try {
      const session = await (this.#ready ??= this.#dial());
      const stream = session.request(headers, options);
      stream.once('close', () => this.#ended());
      return stream;
    } catch (error) {
      this.#ended();
      throw error;
    }
  }

  /** Ends the connection once what is under way has ended. */
  close(): void {
    clearTimeout(this.#idle);
    this.#session?.close();
    this.#forget(this.#session);
  }

  #ended(): void {
    this.#open -= 1;
    if (this.#open > 0) return;
    this.#idle = setTimeout(() => this.close(), this.#limits.idleSocketMs).unref();
  }

  #dial(): Promise<ClientHttp2Session> {
    const { address, port } = this.#instance;
    const { dialMs, headerBytes } = this.#limits;
    return new Promise((resolve, reject) => {
      const session = connect(`http://${address}:${port}`, {
        createConnection: () => connectTcp({ host: address, port, noDelay: true }),
        maxHeaderListPairs: 1_000,
        settings: { enablePush: false, maxHeaderListSize: headerBytes },
      });
      this.#session = session;
      const timer = setTimeout(() => {
        setImmediate(() => {
          if (session.connecting) session.destroy(new DialTimeout(`No connection within ${dialMs} ms.`));
        });
      }, dialMs);
      const over = (error?: Error) => {
        clearTimeout(timer);
        this.#forget(session);
        reject(error ?? new Error('The connection was closed.'));
      };
      session.once('connect', () => {
        clearTimeout(timer);
        resolve(session);
      });
      session.once('error', over);
      // Whoever comes from now on gets a connection of their own.
      session.once('goaway', () => this.#forget(session));
      session.once('close', () => over());
    });
  }

  #forget(session: ClientHttp2Session | null): void {
    if (this.#session !== session) return;
    this.#session = null;
    this.#ready = null;
  }
}
