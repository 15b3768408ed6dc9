import { once } from 'node:events';
import type { Response } from 'express';

/** A client that takes nothing for so long is let go, so that it does not hold a place for ever. */
const STUCK_MS = 60_000;

export interface SseMessage {
  event: string;
  /** What a reconnecting client sends as Last-Event-ID. */
  id?: string;
  data: unknown;
}

/** One client of a live stream. Sends no faster than the client reads. */
export class SseStream {
  private readonly gone = new AbortController();

  constructor(private readonly response: Response) {
    response.on('close', () => this.gone.abort());
  }

  /** Aborted once nobody listens any more. */
  get signal(): AbortSignal {
    return this.gone.signal;
  }

  open(): void {
    this.response.status(200).set({
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    });
    this.response.flushHeaders();
    // Reconnect after 2 s unless told otherwise.
    this.response.write('retry: 2000\n\n');
  }

  /** Resolves once there is room for more; at once when the client is gone. */
  async send({ event, id, data }: SseMessage): Promise<void> {
    const lines = [
      `event: ${event}`,
      ...(id === undefined ? [] : [`id: ${id}`]),
      `data: ${JSON.stringify(data)}`,
    ];
    await this.write(`${lines.join('\n')}\n\n`);
  }

  /** Keeps proxies and clients from giving up a quiet connection. Left out while the client is behind anyway. */
  heartbeat(): void {
    if (!this.signal.aborted && !this.response.writableNeedDrain) this.response.write(': alive\n\n');
  }

  end(): void {
    if (!this.response.writableEnded) this.response.end();
    this.gone.abort();
  }

  private async write(text: string): Promise<void> {
    if (this.signal.aborted || this.response.write(text)) return;
    const patience = AbortSignal.timeout(STUCK_MS);
    try {
      await once(this.response, 'drain', { signal: AbortSignal.any([this.signal, patience]) });
    } catch {
      // It went away while it was behind, or it will never catch up: it may come back and resume.
      if (patience.aborted) this.response.destroy();
    }
  }
}
