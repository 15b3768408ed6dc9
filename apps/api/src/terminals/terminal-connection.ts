import { toClient, type ToClient } from '#libs/terminal/to-client.js';
import type { Request, Response } from 'express';
import type { LiveConnection } from '../live/live-streams.js';
import { acceptWebSocket } from './web-sockets.js';

/** A client's terminal as one of the live connections: bounded, and cut when the right to it is lost. */
export class TerminalConnection implements LiveConnection {
  private constructor(readonly channel: ToClient) {}

  static async open(request: Request, response: Response): Promise<TerminalConnection> {
    return new TerminalConnection(toClient(await acceptWebSocket(request, response)));
  }

  get signal(): AbortSignal {
    return this.channel.gone;
  }

  heartbeat(): void {
    this.channel.ask();
  }

  end(): void {
    this.channel.close();
  }
}
