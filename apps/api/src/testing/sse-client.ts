import { waitFor } from '#libs/core/wait.js';

export interface SseEvent {
  event: string;
  id: string | null;
  data: any;
}

/** Reads a live stream as a browser does; what came so far is in `events`. */
export class SseClient {
  readonly events: SseEvent[] = [];
  status = 0;
  ended = false;
  private readonly abort = new AbortController();

  constructor(url: string, headers: Record<string, string>) {
    this.run(url, headers).catch(() => undefined);
  }

  /** The first event that fits, waiting for it. */
  async next(fits: (event: SseEvent) => boolean): Promise<SseEvent> {
    return waitFor('an event of the stream', () => this.events.find(fits), { timeoutMs: 15_000 });
  }

  async untilEnd(): Promise<void> {
    await waitFor('the end of the stream', () => this.ended, { timeoutMs: 15_000 });
  }

  close(): void {
    this.abort.abort();
  }

  private async run(url: string, headers: Record<string, string>): Promise<void> {
    try {
      const answer = await fetch(url, { headers, signal: this.abort.signal });
      this.status = answer.status;
      let text = '';
      for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        text += chunk;
        const parts = text.split('\n\n');
        text = parts.pop() ?? '';
        for (const part of parts) this.receive(part);
      }
    } finally {
      this.ended = true;
    }
  }

  private receive(part: string): void {
    const field = (name: string) =>
      part
        .split('\n')
        .find((line) => line.startsWith(`${name}: `))
        ?.slice(name.length + 2);
    const data = field('data');
    if (data !== undefined)
      this.events.push({
        event: field('event') ?? 'message',
        id: field('id') ?? null,
        data: JSON.parse(data),
      });
  }
}
