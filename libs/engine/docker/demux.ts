import type { LogLine } from '../port.js';

/** Longest line that is kept whole; the Engine itself cuts at 16 KiB and marks the parts by a missing newline. */
export const maxLineBytes = 64 * 1024;
const maxFrameBytes = 16 * 1024 * 1024;
const headerBytes = 8;

/**
 * Turns the Engine's multiplexed stream (8-byte header: stream, 3 zero bytes, length) of timestamped logs into whole
 * lines. One instance for each stream; `push` takes chunks cut anywhere.
 */
export class LogDemultiplexer {
  #buffer: Buffer = Buffer.alloc(0);
  readonly #partial = new Map<LogLine['stream'], { at: string; text: string }>();

  push(chunk: Buffer): LogLine[] {
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
    const lines: LogLine[] = [];
    while (this.#buffer.length >= headerBytes) {
      const length = this.#buffer.readUInt32BE(4);
      if (length > maxFrameBytes) throw new Error(`The log stream is broken: a frame of ${length} bytes.`);
      if (this.#buffer.length < headerBytes + length) break;
      const stream = this.#buffer[0] === 2 ? 'stderr' : 'stdout';
      const payload = this.#buffer.toString('utf8', headerBytes, headerBytes + length);
      this.#buffer = this.#buffer.subarray(headerBytes + length);
      lines.push(...this.#frame(stream, payload));
    }
    return lines;
  }

  /** What was written without a newline before the container ended. */
  end(): LogLine[] {
    const rest = [...this.#partial].map(([stream, { at, text }]) => ({ stream, at, text }));
    this.#partial.clear();
    return rest;
  }

  /** A frame is `<timestamp> <text>`, with a newline when it ends a line. */
  #frame(stream: LogLine['stream'], payload: string): LogLine[] {
    const space = payload.indexOf(' ');
    const at = space < 0 ? payload.trimEnd() : payload.slice(0, space);
    const body = space < 0 ? '' : payload.slice(space + 1);
    const ends = payload.endsWith('\n');
    const before = this.#partial.get(stream);
    this.#partial.delete(stream);
    const text = (before?.text ?? '') + (ends ? body.replace(/\r?\n$/, '') : body);
    const line = { at: before?.at ?? at, stream, text };
    if (ends || text.length >= maxLineBytes) return [line];
    this.#partial.set(stream, line);
    return [];
  }
}
