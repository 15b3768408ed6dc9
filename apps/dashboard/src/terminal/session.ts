// Before the first schema is made.
import './no-eval.ts';
import { DetachKeys } from '#libs/core/detach-keys.js';
import type { ClientFrame, TerminalSize } from '#libs/contracts/terminal.js';
import { dataPieceBytes, decodeServerFrame, encodeFrame } from '#libs/contracts/terminal-frames.js';
import { path } from '../client/http.ts';

/** The best shell that an image has. */
const shell = ['/bin/sh', '-c', 'exec $(command -v bash || echo sh)'];
/** So much may wait to be drawn; then the command is told to wait, until there is room again. Bytes. */
const fullAt = 512 * 1024;
const roomAt = 64 * 1024;

/** Opened by then or not at all: the connection, or the platform, may be dead without telling. */
const OPEN_MS = 30_000;

export type SessionState =
  | { at: 'opening' }
  | { at: 'open' }
  | { at: 'ended'; code: number }
  | { at: 'failed'; code: string; message: string }
  | { at: 'silent' }
  | { at: 'lost' }
  | { at: 'left' };

/** Where output goes; resolves by `drawn` once it is on the screen. */
export type Draw = (data: Uint8Array, drawn: () => void) => void;

/** A shell in an instance, over a WebSocket. */
export class TerminalSession {
  private readonly socket: WebSocket;
  private readonly keys = new DetachKeys();
  private state: SessionState = { at: 'opening' };
  private waiting = 0;
  private paused = false;
  /** Not sent yet: nothing is while output is held back. */
  private typed: Uint8Array[] = [];
  /** Stops watching the clock and the network. */
  private readonly rest: () => void;

  constructor(
    place: { app: string; instance: string },
    size: TerminalSize,
    private readonly draw: Draw,
    private readonly onState: (state: SessionState) => void,
  ) {
    const { origin } = window.location;
    const address = `/v1${path('apps', place.app, 'instances', place.instance, 'exec')}`;
    this.socket = new WebSocket(origin.replace(/^http/, 'ws') + address);
    this.socket.binaryType = 'arraybuffer';
    this.socket.onopen = () =>
      this.send({ t: 'start', command: shell, terminal: { ...size, kind: 'xterm-256color' } });
    this.socket.onmessage = ({ data }) => this.take(data as string | ArrayBuffer);
    this.socket.onclose = () => this.over({ at: 'lost' });
    const patience = setTimeout(() => {
      if (this.state.at === 'opening') this.end({ at: 'silent' });
    }, OPEN_MS);
    // A connection of before the network went may never tell that it is dead.
    const offline = () => this.end({ at: 'lost' });
    window.addEventListener('offline', offline);
    this.rest = () => {
      clearTimeout(patience);
      window.removeEventListener('offline', offline);
    };
  }

  type(data: Uint8Array): void {
    const typed = this.keys.take(data);
    if (typed.data.length > 0) this.typed.push(typed.data);
    if (!this.paused) this.passOn();
    if (typed.leave) this.close();
  }

  resize(size: TerminalSize): void {
    if (this.state.at === 'open') this.send({ t: 'resize', size });
  }

  /** Nobody is at the other end any more. */
  get isOver(): boolean {
    return this.state.at !== 'opening' && this.state.at !== 'open';
  }

  /** Leaves; the shell and what it started end. */
  close(): void {
    this.end({ at: 'left' });
  }

  private end(state: SessionState): void {
    this.over(state);
    this.rest();
    this.socket.close();
  }

  private take(message: string | ArrayBuffer): void {
    const frame = decodeServerFrame(typeof message === 'string' ? message : new Uint8Array(message));
    if ('data' in frame) return this.show(frame.data);
    if (frame.t === 'started') this.move({ at: 'open' });
    else if (frame.t === 'exit') this.over({ at: 'ended', code: frame.code });
    else if (frame.t === 'failed') this.over({ at: 'failed', code: frame.code, message: frame.message });
  }

  private show(data: Uint8Array): void {
    this.waiting += data.length;
    this.draw(data, () => {
      this.waiting -= data.length;
      if (this.paused && this.waiting < roomAt) this.hold(false);
    });
    if (!this.paused && this.waiting > fullAt) this.hold(true);
  }

  private hold(paused: boolean): void {
    this.paused = paused;
    this.send({ t: paused ? 'pause' : 'resume' });
    if (!paused) this.passOn();
  }

  private passOn(): void {
    for (const data of this.typed.splice(0))
      for (let from = 0; from < data.length; from += dataPieceBytes)
        this.send({ t: 'stdin', data: data.subarray(from, from + dataPieceBytes) });
  }

  /** The first end counts: a connection that is closed afterwards is none. */
  private over(state: SessionState): void {
    if (!this.isOver) this.move(state);
  }

  private move(state: SessionState): void {
    this.state = state;
    this.onState(state);
  }

  private send(frame: ClientFrame): void {
    if (this.socket.readyState === WebSocket.OPEN)
      this.socket.send(encodeFrame(frame) as string | Uint8Array<ArrayBuffer>);
  }
}
