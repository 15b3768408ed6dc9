import type { CDPSession, Page } from 'playwright-core';

export interface Answered {
  url: string;
  status: number;
  kind: 'script' | 'style' | 'font' | 'data' | 'document' | 'other';
  headers: Record<string, string>;
  /** On the wire, headers included; grows until the answer has ended. */
  bytes: number;
}

const kinds: Record<string, Answered['kind']> = {
  Script: 'script',
  Stylesheet: 'style',
  Font: 'font',
  Fetch: 'data',
  XHR: 'data',
  Document: 'document',
};

/** All that a page asks for and what came, as Chromium's network stack counts it. */
export class Traffic {
  readonly answers: Answered[] = [];
  readonly otherHosts: string[] = [];
  readonly console: string[] = [];
  readonly dropped: string[] = [];
  private document = '';
  private frame = '';
  private readonly byId = new Map<string, Answered>();
  private readonly open = new Map<string, string>();

  private readonly cdp: CDPSession;
  private readonly origin: string;

  private constructor(cdp: CDPSession, origin: string) {
    this.cdp = cdp;
    this.origin = origin;
  }

  /** Watches from now on, with an empty cache. */
  static async watch(page: Page, origin: string): Promise<Traffic> {
    const cdp = await page.context().newCDPSession(page);
    const traffic = new Traffic(cdp, origin);
    traffic.listen(page);
    await cdp.send('Network.enable');
    traffic.frame = (await cdp.send('Page.getFrameTree')).frameTree.frame.id;
    await cdp.send('Network.setCacheDisabled', { cacheDisabled: true });
    return traffic;
  }

  /** What has not been answered to its end yet; streams never are, and do not count. */
  get underWay(): string[] {
    return [...this.open.values()];
  }

  /** Another document: what was before it, a try that the network dropped too, is not of this page. */
  private restart(document: string): void {
    this.document = document;
    for (const list of [this.answers, this.otherHosts, this.console, this.dropped]) list.length = 0;
    this.byId.clear();
    this.open.clear();
  }

  private listen(page: Page): void {
    const { cdp } = this;
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.console.push(message.text());
    });
    page.on('pageerror', (error) => this.console.push(error.message));
    cdp.on('Network.requestWillBeSent', ({ requestId, loaderId, frameId, request }) => {
      // A frame holds a user's app, which is no part of the page.
      if (requestId === loaderId && frameId === this.frame) this.restart(loaderId);
      // The document before it lives until the new one's first bytes are there, and nobody tells how its requests end.
      if (loaderId !== this.document) return;
      const { protocol, origin } = new URL(request.url);
      if (/^https?:$/.test(protocol) && origin !== this.origin) this.otherHosts.push(request.url);
      this.open.set(requestId, request.url);
    });
    cdp.on('Network.responseReceived', ({ requestId, loaderId, type, response }) => {
      if (loaderId !== this.document) return;
      const headers = Object.fromEntries(
        Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), value]),
      );
      const stream = headers['content-type']?.startsWith('text/event-stream') ?? false;
      if (stream) this.open.delete(requestId);
      const answer: Answered = {
        ...{ url: response.url, status: response.status, headers, bytes: response.encodedDataLength },
        kind: stream ? 'other' : (kinds[type] ?? 'other'),
      };
      this.byId.set(requestId, answer);
      this.answers.push(answer);
    });
    cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      this.open.delete(requestId);
      const answer = this.byId.get(requestId);
      if (answer) answer.bytes = encodedDataLength;
    });
    cdp.on('Network.loadingFailed', ({ requestId, errorText, canceled }) => {
      if (this.open.delete(requestId) && !canceled) this.dropped.push(errorText);
    });
  }
}
