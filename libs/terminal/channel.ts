import type { RawData, WebSocket } from 'ws';
import { BerthError } from '#libs/core/errors.js';
import {
  dataPieceBytes,
  decodeServerFrame,
  encodeFrame,
  type ServerFrame,
} from '#libs/contracts/terminal-frames.js';
import type { ClientFrame } from '#libs/contracts/terminal.js';

/** Frames that wait for their reader; at so many the connection is read no further, at so few it is again. */
const fullAt = 16;
const roomAt = 4;

/**
 * Frames over a WebSocket, both ways with back-pressure: who reads slowly makes the other side wait, whoever that is. One
 * reader for each channel.
 */
export class Channel<In, Out extends ClientFrame | ServerFrame> {
  /** Aborts when the connection is gone, whoever ended it. */
  readonly gone: AbortSignal;
  readonly #gone = new AbortController();
  readonly #waiting: In[] = [];
  #wake: (() => void) | null = null;
  #unanswered = 0;
  #broken: BerthError | null = null;

  constructor(
    private readonly socket: WebSocket,
    private readonly decode: (message: string | Uint8Array) => In,
  ) {
    this.gone = this.#gone.signal;
    socket.on('message', (message, binary) => this.#take(message, binary));
    // What is wrong with it shows as its end.
    socket.on('error', () => undefined);
    socket.on('pong', () => (this.#unanswered = 0));
    socket.once('close', () => this.#over());
    if (socket.readyState > socket.OPEN) this.#over();
  }

  /**
   * Asks the other side whether it is there, and ends the connection when it has not answered twice. While this side reads
   * nothing it hears no answer either; then the asking itself shows that a peer is gone.
   */
  ask(): void {
    if (this.socket.isPaused) this.#unanswered = 0;
    if (this.#unanswered >= 2) return this.socket.terminate();
    this.#unanswered += 1;
    if (this.socket.readyState === this.socket.OPEN) this.socket.ping();
  }

  /** Asks so every `everyMs`. */
  keepAlive(everyMs: number): void {
    const timer = setInterval(() => this.ask(), everyMs);
    this.gone.addEventListener('abort', () => clearInterval(timer), { once: true });
    if (this.gone.aborted) clearInterval(timer);
  }

  /** What the other side sends, until the connection ends. Throws `terminal_protocol` when it makes no sense. */
  async *frames(): AsyncGenerator<In> {
    for (;;) {
      const frame = this.#waiting.shift();
      if (frame !== undefined) {
        if (this.#waiting.length <= roomAt && this.socket.isPaused) this.socket.resume();
        yield frame;
      } else if (this.#broken !== null) throw this.#broken;
      else if (this.gone.aborted) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Resolves when the network has taken it; false when the connection is gone. */
  async send(frame: Out): Promise<boolean> {
    if (!('data' in frame) || frame.data.length <= dataPieceBytes) return this.#write(frame);
    for (let from = 0; from < frame.data.length; from += dataPieceBytes) {
      const piece = { ...frame, data: frame.data.subarray(from, from + dataPieceBytes) };
      if (!(await this.#write(piece))) return false;
    }
    return true;
  }

  /** Ends the connection once all that was sent has gone out; by force when the other side does not answer (ws waits 30 s). */
  close(): void {
    // What is still unread would stand before the answer to our goodbye.
    if (this.socket.isPaused) this.socket.resume();
    this.socket.close();
  }

  /** Ends the connection at once. */
  cut(): void {
    this.socket.terminate();
  }

  #write(frame: Out): Promise<boolean> {
    if (this.socket.readyState !== this.socket.OPEN) return Promise.resolve(false);
    return new Promise((resolve) => this.socket.send(encodeFrame(frame), (error) => resolve(!error)));
  }

  #take(message: RawData, binary: boolean): void {
    if (this.#broken !== null) return;
    try {
      const bytes = message as Buffer;
      this.#waiting.push(this.decode(binary ? bytes : bytes.toString('utf8')));
      if (this.#waiting.length >= fullAt) this.socket.pause();
    } catch (cause) {
      this.#broken = new BerthError('terminal_protocol', 'A message of the terminal makes no sense.', {
        cause,
      });
    }
    this.#unanswered = 0;
    this.#notice();
  }

  #over(): void {
    this.#gone.abort();
    this.#notice();
  }

  #notice(): void {
    this.#wake?.();
    this.#wake = null;
  }
}

export type ToServer = Channel<ServerFrame, ClientFrame>;

/** The client's end: reads what a server sends. */
export function toServer(socket: WebSocket): ToServer {
  return new Channel<ServerFrame, ClientFrame>(socket, decodeServerFrame);
}
