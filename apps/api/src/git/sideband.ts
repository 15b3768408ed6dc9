import type { ServerResponse } from 'node:http';
import { encodePacket, FLUSH } from '#libs/source/git/pkt-line.js';

/** Payload of one packet: side-band-64k allows 65,515; smaller ones show sooner. */
const PAYLOAD_MAX = 8_192;
const KEEPALIVE_MS = 5_000;
/** A client that takes nothing for so long is given up. */
const STALLED_MS = 60_000;

/**
 * The answer to a push: messages on sideband 2 as they come, the report on sideband 1 at the end. For clients without sidebands
 * messages are dropped and the report is sent bare. Writing to a client that has gone is no error: the work goes on without it.
 */
export class PushResponse {
  private lastWrite = Date.now();
  private readonly keepalive: NodeJS.Timeout;

  constructor(
    private readonly response: ServerResponse,
    private readonly sideband: boolean,
  ) {
    this.keepalive = setInterval(() => this.sendKeepalive(), 1_000);
    response.once('close', () => clearInterval(this.keepalive));
  }

  get gone(): boolean {
    return this.response.destroyed || this.response.writableEnded;
  }

  /** Whole lines for a person. */
  lines(lines: string[]): Promise<void> {
    return lines.length === 0 ? Promise.resolve() : this.progress(Buffer.from(`${lines.join('\n')}\n`));
  }

  /** Bytes for a person, as git itself wrote them. */
  async progress(text: Buffer): Promise<void> {
    if (!this.sideband) return;
    for (let at = 0; at < text.length; at += PAYLOAD_MAX) {
      await this.write(band(2, text.subarray(at, at + PAYLOAD_MAX)));
    }
  }

  /** The report (null: the client asked for none) and the end. */
  async finish(report: Buffer | null): Promise<void> {
    clearInterval(this.keepalive);
    this.begin();
    if (report !== null && !this.sideband) await this.write(report);
    if (this.sideband) {
      for (let at = 0; report !== null && at < report.length; at += PAYLOAD_MAX) {
        await this.write(band(1, report.subarray(at, at + PAYLOAD_MAX)));
      }
      await this.write(FLUSH);
    }
    if (!this.gone) this.response.end();
  }

  private async write(bytes: Buffer): Promise<void> {
    if (this.gone) return;
    this.begin();
    this.lastWrite = Date.now();
    if (this.response.write(bytes)) return;
    await this.drained();
  }

  /** Sends the status and from now on keeps the connection alive. */
  begin(): void {
    if (this.gone || this.response.headersSent) return;
    this.response.writeHead(200, {
      'Content-Type': 'application/x-git-receive-pack-result',
      'Cache-Control': 'no-cache, max-age=0, must-revalidate',
    });
  }

  private drained(): Promise<void> {
    return new Promise((resolve) => {
      const stalled = setTimeout(() => this.response.destroy(), STALLED_MS);
      const go = () => {
        clearTimeout(stalled);
        this.response.off('drain', go);
        this.response.off('close', go);
        resolve();
      };
      this.response.once('drain', go);
      this.response.once('close', go);
    });
  }

  /** An empty packet on sideband 2, as git itself sends: nothing to see, but proxies and clients know that it lives. */
  private sendKeepalive(): void {
    if (!this.sideband || this.gone || !this.response.headersSent || this.response.writableNeedDrain) return;
    if (Date.now() - this.lastWrite < KEEPALIVE_MS) return;
    this.lastWrite = Date.now();
    this.response.write(band(2, Buffer.alloc(0)));
  }
}

function band(number: 1 | 2, payload: Buffer): Buffer {
  return encodePacket(Buffer.concat([Buffer.from([number]), payload]));
}
