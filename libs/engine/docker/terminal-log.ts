import type { LogLine } from '../port.js';
import { partBytes } from './demux.js';

const newline = 0x0a;
const space = 0x20;
/** `2026-01-02T03:04:05.000000001Z ` */
const stampBytes = 31;
const stamp = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z /;

/**
 * The same as `LogDemultiplexer` for a container with a terminal, whose log is one stream without frames: each entry is
 * `<timestamp> <text>`. A line of more than 16 KiB comes, and is given out, in parts; no newline ends a part, nor the last one.
 */
export class TerminalLog {
  #rest: Buffer = Buffer.alloc(0);
  #afterPart = false;

  push(chunk: Buffer): LogLine[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const lines: LogLine[] = [];
    for (let end = this.#end(); end !== null; end = this.#end()) {
      lines.push(...lineOf(this.#rest.subarray(0, end)));
      this.#rest = this.#rest.subarray(this.#rest[end] === newline ? end + 1 : end);
    }
    return lines;
  }

  /** What was written without a newline before the container ended. */
  end(): LogLine[] {
    const lines = this.#rest.length === 0 ? [] : lineOf(this.#rest);
    this.#rest = Buffer.alloc(0);
    return lines;
  }

  /** Where the first entry ends; null while that has not come. */
  #end(): number | null {
    const most = stampBytes + partBytes;
    const entry = this.#rest.subarray(0, most + 1);
    const found = entry.indexOf(newline);
    const end = found >= 0 ? found : this.#rest.length > most ? most : null;
    if (end === null) return null;
    if (this.#afterPart) {
      const next = stamp.exec(entry.toString('latin1', stampBytes, end));
      this.#afterPart = false;
      if (next !== null) return stampBytes + next.index;
    }
    this.#afterPart = found < 0;
    return end;
  }
}

function lineOf(entry: Buffer): LogLine[] {
  const at = entry.indexOf(space);
  // Not even a time: torn by the daemon's end.
  if (at < 0) return [];
  const text = entry.toString('utf8', at + 1).replace(/\r+$/, '');
  return [{ at: entry.toString('latin1', 0, at), stream: 'stdout', text }];
}
