import { BerthError } from '#libs/core/errors.js';

/** Longest pkt-line, its four digits included (gitprotocol-common). */
export const PKT_MAX = 65_520;
const HEAD = 4;

/** One pkt-line: data, or one of the three marks that carry none. */
export type Packet = { kind: 'data'; data: Buffer } | { kind: 'flush' | 'delimiter' | 'response-end' };

export const FLUSH = Buffer.from('0000');

const marks = new Map<number, Packet>([
  [0, { kind: 'flush' }],
  [1, { kind: 'delimiter' }],
  [2, { kind: 'response-end' }],
]);

/** `data` as one pkt-line. Throws when it is too long for one. */
export function encodePacket(data: Uint8Array | string): Buffer {
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  const length = bytes.byteLength + HEAD;
  if (length > PKT_MAX) throw new RangeError(`A pkt-line of ${length} bytes is longer than ${PKT_MAX}.`);
  return Buffer.concat([Buffer.from(length.toString(16).padStart(HEAD, '0')), bytes]);
}

/**
 * Takes a byte stream in chunks of any size and gives its pkt-lines. Holds at most one unfinished pkt-line besides the chunk
 * pushed last.
 */
export class PacketDecoder {
  private chunks: Buffer[] = [];
  private length = 0;

  push(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.chunks.push(chunk);
    this.length += chunk.length;
  }

  /** The next whole pkt-line, or null when more bytes are needed. Throws `git_protocol` for what is none. */
  next(): Packet | null {
    if (this.length < HEAD) return null;
    const size = this.size();
    const mark = marks.get(size);
    if (mark) {
      this.take(HEAD);
      return mark;
    }
    if (this.length < size) return null;
    return { kind: 'data', data: this.take(size).subarray(HEAD) };
  }

  /** Takes out the bytes that belong to no whole pkt-line yet: what follows the lines may be something else (a pack). */
  rest(): Buffer {
    return this.take(this.length);
  }

  get pending(): number {
    return this.length;
  }

  private size(): number {
    const head = this.take(HEAD);
    this.chunks.unshift(head);
    this.length += HEAD;
    const text = head.toString('latin1');
    const size = /^[0-9a-fA-F]{4}$/.test(text) ? parseInt(text, 16) : -1;
    if (size < 0 || size === 3 || size > PKT_MAX)
      throw new BerthError('git_protocol', 'The request is not in git’s own protocol (a bad pkt-line).');
    return size;
  }

  private take(bytes: number): Buffer {
    if (bytes === 0) return Buffer.alloc(0);
    const taken: Buffer[] = [];
    let left = bytes;
    while (left > 0) {
      const first = this.chunks[0];
      if (!first) break;
      if (first.length <= left) {
        taken.push(first);
        this.chunks.shift();
        left -= first.length;
      } else {
        taken.push(first.subarray(0, left));
        this.chunks[0] = first.subarray(left);
        left = 0;
      }
    }
    this.length -= bytes;
    return taken.length === 1 && taken[0] ? taken[0] : Buffer.concat(taken);
  }
}
