import { EventEmitter } from 'node:events';
import pg from 'pg';
import { notice, type Notice } from '#libs/contracts/events.js';
import { NOTICE_CHANNEL } from './notify.js';

/**
 * Listens to notices on one connection of its own. Emits `notice` for each, and `resync` after every (re)connection:
 * notices sent while nobody listened are lost, so whoever depends on them must read again on `resync`.
 */
export class NoticeListener extends EventEmitter<{ notice: [Notice]; resync: [] }> {
  private client: pg.Client | null = null;
  private closed = false;
  private retry: NodeJS.Timeout | null = null;

  constructor(private readonly url: string) {
    super();
    // One listener per open SSE stream: bounded by the stream limit, not by this emitter.
    this.setMaxListeners(0);
  }

  /** Connects and keeps the connection alive until `close`. Resolves after the first attempt, successful or not. */
  async open(): Promise<void> {
    if (this.closed) return;
    const client = new pg.Client({
      connectionString: this.url,
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
    });
    client.on('notification', ({ payload }) => this.receive(payload));
    client.on('error', () => this.lost(client));
    client.on('end', () => this.lost(client));
    try {
      await client.connect();
      await client.query(`LISTEN ${NOTICE_CHANNEL}`);
      if (this.closed) return void client.end().catch(() => undefined);
      this.client = client;
      this.emit('resync');
    } catch {
      this.lost(client);
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    if (this.retry) clearTimeout(this.retry);
    const client = this.client;
    this.client = null;
    await client?.end().catch(() => undefined);
  }

  private receive(payload: string | undefined): void {
    let content: unknown;
    try {
      content = JSON.parse(payload ?? '');
    } catch {
      return;
    }
    const parsed = notice.safeParse(content);
    if (parsed.success) this.emit('notice', parsed.data);
  }

  private lost(client: pg.Client): void {
    client.removeAllListeners();
    // A late error of a connection already given up must not end the process.
    client.on('error', () => undefined);
    client.end().catch(() => undefined);
    if (this.client === client) this.client = null;
    if (this.closed || this.retry) return;
    this.retry = setTimeout(() => {
      this.retry = null;
      void this.open();
    }, 500);
  }
}
