/** One message of a server-sent event stream. */
export interface SseMessage {
  event: string;
  id: string | null;
  data: string;
}

/** A single message may not grow beyond this. */
const MOST = 4 << 20;

/** Reads the text of an event stream, in whatever pieces it comes (WHATWG HTML, 9.2.6). */
export class SseParser {
  private rest = '';
  private event = '';
  private data: string[] = [];
  private id: string | null = null;

  /** Messages that are whole after this piece. */
  push(piece: string): SseMessage[] {
    const lines = (this.rest + piece).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? '';
    if (this.rest.length > MOST) throw new Error('a message of the stream is too long');
    return lines.flatMap((line) => this.line(line) ?? []);
  }

  private line(line: string): SseMessage | null {
    if (line === '') return this.dispatch();
    if (line.startsWith(':')) return null;
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.event = value;
    else if (field === 'data') this.data.push(value);
    else if (field === 'id' && !value.includes('\0')) this.id = value;
    return null;
  }

  private dispatch(): SseMessage | null {
    const { event, data } = this;
    this.event = '';
    this.data = [];
    return data.length === 0 ? null : { event: event || 'message', id: this.id, data: data.join('\n') };
  }
}
