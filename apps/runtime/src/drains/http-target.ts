import type { AddressGuard } from '#libs/outbound/address-guard.js';
import { sendRequest } from '#libs/outbound/send-request.js';
import type { InstanceLogLine } from '../logs/log-line.js';
import type { Target } from './target.js';

const timeoutMs = 15_000;

/** One POST for a batch of lines, each a JSON document on a line of its own. */
export class HttpTarget implements Target {
  constructor(
    private readonly url: URL,
    private readonly app: string,
    private readonly guard: AddressGuard,
  ) {}

  async send(lines: readonly InstanceLogLine[]): Promise<void> {
    const { url, app, guard } = this;
    const { status } = await sendRequest({
      ...{ url, guard, timeoutMs, method: 'POST' },
      headers: { 'content-type': 'application/x-ndjson', 'user-agent': 'Berth-Drain/1' },
      body: lines.map((line) => `${JSON.stringify({ app, ...line })}\n`).join(''),
    });
    if (status < 200 || status >= 300) throw new Error(`It answered with status ${status}.`);
  }

  close(): void {
    // Each batch has a connection of its own.
  }
}
