import type { LogLine } from '../port.js';

/** Longest line that is kept whole. */
export const maxLineBytes = 64 * 1024;
/** The Engine itself cuts a longer line into parts of this size. */
export const partBytes = 16 * 1024;
const maxFrameBytes = 16 * 1024 * 1024;
const headerBytes = 8;

/**
 * Turns the Engine's multiplexed stream (8-byte header: stream, 3 zero bytes, length) of timestamped logs into whole
 * lines. One instance for each stream; `push` takes chunks cut anywhere.
 */
export class LogDemultiplexer {
  #buffer: Buffer = Buffer.alloc(0);
  readonly #partial = new Map<LogLine['stream'], { at: string; parts: Buffer[] }>();

  push(chunk: Buffer): LogLine[] {
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
    const lines: LogLine[] = [];
    while (this.#buffer.length >= headerBytes) {
      const length = this.#buffer.readUInt32BE(4);
      if (length > maxFrameBytes) throw new Error(`The log stream is broken: a frame of ${length} bytes.`);
      if (this.#buffer.length < headerBytes + length) break;
      const stream = this.#buffer[0] === 2 ? 'stderr' : 'stdout';
      const payload = this.#buffer.subarray(headerBytes, headerBytes + length);
      this.#buffer = this.#buffer.subarray(headerBytes + length);
      lines.push(...this.#frame(stream, payload));
    }
    return lines;
  }

  /** What was written without a newline before the container ended. */
  end(): LogLine[] {
    const rest = [...this.#partial].map(([stream, { at, parts }]) => lineOf(stream, at, parts));
    this.#partial.clear();
    return rest;
  }

  /**
   * A frame is `<timestamp> <text>`. Parts of one line have the same time and are full but for the last one; the newline that
   * should end that one is missing with the log driver `local` (Engine 20.10).
   */
  #frame(stream: LogLine['stream'], payload: Buffer): LogLine[] {
    const space = payload.indexOf(' ');
    const at = payload.toString('latin1', 0, space < 0 ? payload.length : space).trimEnd();
    const body = space < 0 ? Buffer.alloc(0) : payload.subarray(space + 1);
    const before = this.#partial.get(stream);
    this.#partial.delete(stream);
    const lines: LogLine[] = [];
    const goesOn = before?.at === at;
    if (before !== undefined && !goesOn) lines.push(lineOf(stream, before.at, before.parts));
    const parts = [...(goesOn ? before.parts : []), body];
    const bytes = parts.reduce((sum, part) => sum + part.length, 0);
    if (body.length >= partBytes && bytes < maxLineBytes && body.at(-1) !== newline)
      // A copy: the payload is a piece of a buffer that may be much larger.
      this.#partial.set(stream, { at, parts: [...parts.slice(0, -1), Buffer.from(body)] });
    else lines.push(lineOf(stream, at, parts));
    return lines;
  }
}

const newline = 0x0a;

function lineOf(stream: LogLine['stream'], at: string, parts: Buffer[]): LogLine {
  return {
    at,
    stream,
    text: Buffer.concat(parts)
      .toString('utf8')
      .replace(/\r?\n$/, ''),
  };
}
