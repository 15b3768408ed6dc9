import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { createServer, type Server, type Socket } from 'node:net';
import { Frames, frame } from '#apps/activator/src/internal/frames.js';
import { judge, type Zone } from '#apps/activator/src/internal/names.js';
import type { Relay } from '#apps/activator/src/internal/relay.js';

export interface NamesOptions {
  zone: Zone;
  relay: Relay;
  /** Is this address one of the team's network? Nobody else is answered. */
  isOurs: (address: string | undefined) => boolean;
  /** Open TCP connections; each is cut when it stands still for `idleMs`. */
  connections: number;
  idleMs: number;
}

/** Look-ups that one TCP connection may have waiting; a resolver library sends one or two. */
const pipelined = 16;

/** A question has one name of at most 255 bytes and a few options. */
const queryBytes = 4_096;

/** The name server of one team's network, not yet listening: UDP and TCP. */
export class NamesServer {
  readonly udp: UdpSocket;
  readonly tcp: Server;
  readonly #options: NamesOptions;
  #closed = false;

  constructor(options: NamesOptions) {
    this.#options = options;
    this.udp = createSocket({ type: 'udp4', reusePort: true });
    this.udp.on('message', (message, from) => {
      if (options.isOurs(from.address)) this.#answerUdp(message, from);
    });
    this.tcp = createServer((socket) => this.#serve(socket));
    this.tcp.maxConnections = options.connections;
  }

  #answerUdp(message: Buffer, to: { address: string; port: number }): void {
    void this.#answer(message, 'udp').then((answer) => {
      if (answer !== null && !this.#closed) this.udp.send(answer, to.port, to.address, () => undefined);
    });
  }

  /** Hears nobody any more; what is being looked up over TCP is still answered. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.udp.close();
    this.tcp.close();
  }

  /** One message after the other, in order. */
  #serve(socket: Socket): void {
    const { isOurs, idleMs } = this.#options;
    socket.on('error', () => socket.destroy());
    if (!isOurs(socket.remoteAddress)) return void socket.destroy();
    socket.setTimeout(idleMs, () => socket.destroy());
    const frames = new Frames(queryBytes);
    let waiting = 0;
    let last = Promise.resolve();
    socket.on('data', (chunk: Buffer) => {
      const messages = frames.push(chunk);
      if (messages === null) return void socket.destroy();
      for (const message of messages) {
        waiting += 1;
        if (waiting > pipelined) return void socket.destroy();
        last = last.then(async () => {
          const answer = await this.#answer(message, 'tcp');
          waiting -= 1;
          if (answer === null) socket.destroy();
          else if (!socket.destroyed) socket.write(frame(answer));
        });
      }
    });
  }

  async #answer(message: Buffer, over: 'udp' | 'tcp'): Promise<Buffer | null> {
    const { zone, relay } = this.#options;
    const verdict = judge(message, zone);
    if (verdict.do === 'nothing') return null;
    return verdict.do === 'answer' ? verdict.message : relay.ask(verdict.query, over, zone.gateway);
  }
}
