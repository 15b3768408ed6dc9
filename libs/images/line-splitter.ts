import { StringDecoder } from 'node:string_decoder';

/** Longer lines are cut here, so that one line without an end cannot fill memory or table. Characters. */
const MAX_LINE = 4000;

// Colours and cursor movements, which mean nothing in a stored log.
// eslint-disable-next-line no-control-regex
const ANSI = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\^_])/g;
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** Turns pieces of output into whole lines. What a program draws over with a carriage return counts by its last state. */
export class LineSplitter {
  private readonly decoder = new StringDecoder('utf8');
  private rest = '';

  /** The lines that this piece completes. */
  push(bytes: Uint8Array): string[] {
    this.rest += this.decoder.write(Buffer.from(bytes));
    const parts = this.rest.split('\n');
    this.rest = parts.pop() ?? '';
    if (this.rest.length > MAX_LINE * 4) {
      parts.push(this.rest);
      this.rest = '';
    }
    return parts.map(cleanLine);
  }

  /** The last line, if it had no end. */
  end(): string[] {
    const rest = this.rest + this.decoder.end();
    this.rest = '';
    return rest === '' ? [] : [cleanLine(rest)];
  }
}

/** One line as it is stored: last state, no colours, no control characters, bounded. */
export function cleanLine(raw: string): string {
  const drawn = raw.replace(/\r+$/, '');
  const line = drawn
    .slice(drawn.lastIndexOf('\r') + 1)
    .replace(ANSI, '')
    .replace(CONTROL, '')
    .trimEnd();
  return line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}… (cut)` : line;
}
