import type { WebSocket } from 'ws';
import { decodeClientFrame, type ClientFrame } from '#libs/contracts/terminal.js';
import type { ServerFrame } from '#libs/contracts/terminal-frames.js';
import { Channel } from './channel.js';

export type ToClient = Channel<ClientFrame, ServerFrame>;

/** The server's end: reads what a client sends. */
export function toClient(socket: WebSocket): ToClient {
  return new Channel<ClientFrame, ServerFrame>(socket, decodeClientFrame);
}
