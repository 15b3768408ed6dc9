import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { syslogFrame } from '#libs/core/syslog.js';
import type { AddressGuard } from '#libs/outbound/address-guard.js';
import { checkedAddresses, lookupOf } from '#libs/outbound/checked-addresses.js';
import type { InstanceLogLine } from '../logs/log-line.js';
import type { Target } from './target.js';

const patienceMs = 15_000;

/** RFC 5424 over TCP or TLS, on one connection that is opened again when it broke. Syslog has no answers: what is on the wire counts as sent. */
export class SyslogTarget implements Target {
  #socket: Socket | null = null;

  constructor(
    private readonly url: URL,
    private readonly app: string,
    private readonly guard: AddressGuard,
  ) {}

  async send(lines: readonly InstanceLogLine[]): Promise<void> {
    const socket = this.#socket ?? (await this.#open());
    const frames = lines.map(({ at, process, instance, stream, text }) =>
      syslogFrame({ at, app: this.app, process: `${process ?? 'app'}.${instance.slice(-8)}`, stream, text }),
    );
    const signal = AbortSignal.timeout(patienceMs);
    try {
      if (!socket.write(Buffer.concat(frames))) await once(socket, 'drain', { signal });
    } catch (error) {
      this.close();
      throw error;
    }
    if (socket.destroyed) throw new Error('It closed the connection.');
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = null;
  }

  async #open(): Promise<Socket> {
    const { url, guard } = this;
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const lookup = lookupOf(await checkedAddresses(host, guard));
    const secure = url.protocol === 'syslog+tls:';
    const port = Number(url.port || (secure ? 6514 : 514));
    const socket = secure
      ? connectSecurely({ host, port, lookup, servername: host })
      : connect({ host, port, lookup });
    const forget = (): void => {
      if (this.#socket === socket) this.#socket = null;
    };
    socket.on('error', forget).on('close', forget);
    // Nothing is expected from there; reading it is how its end is noticed.
    socket.resume();
    try {
      await once(socket, secure ? 'secureConnect' : 'connect', { signal: AbortSignal.timeout(patienceMs) });
    } catch (error) {
      socket.destroy();
      throw error;
    }
    socket.setKeepAlive(true, 30_000);
    this.#socket = socket;
    return socket;
  }
}
