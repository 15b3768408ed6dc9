import { appendFile, mkdir, open, rename, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { parseLogLine, type InstanceLogLine } from './log-line.js';
import { linesBackwards } from './lines-backwards.js';

/** Two files of this size for each app: what an app prints costs at most 20 MB. */
export const maxFileBytes = 10 * 1024 * 1024;

/** The log of one app: `current.ndjson`, and `previous.ndjson` once that is full. One writer: this process. */
export class LogFile {
  readonly current: string;
  readonly previous: string;
  #size: number | null = null;
  #queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly directory: string,
    private readonly maxBytes = maxFileBytes,
  ) {
    this.current = join(directory, 'current.ndjson');
    this.previous = join(directory, 'previous.ndjson');
  }

  /** Appends lines in order; resolves once they are written. */
  append(lines: InstanceLogLine[]): Promise<void> {
    const write = this.#queue.then(() =>
      this.#write(lines.map((line) => `${JSON.stringify(line)}\n`).join('')),
    );
    this.#queue = write.catch(() => undefined);
    return write;
  }

  /** The newest lines that `matches` accepts, at most `tail`, oldest first. */
  async read(
    tail: number,
    matches: (line: InstanceLogLine) => boolean = () => true,
  ): Promise<InstanceLogLine[]> {
    await this.#queue;
    const found: InstanceLogLine[] = [];
    for (const path of [this.current, this.previous]) {
      for await (const text of linesBackwards(path)) {
        const line = parseLogLine(text);
        if (line !== null && matches(line)) found.push(line);
        if (found.length === tail) return found.reverse();
      }
    }
    return found.reverse();
  }

  /** Time of the last line of an instance that is written; null if there is none. */
  async lastAt(instanceId: string): Promise<string | null> {
    const [last] = await this.read(1, (line) => line.instance === instanceId);
    return last?.at ?? null;
  }

  async #write(text: string): Promise<void> {
    if (this.#size === null) this.#size = await this.#open();
    if (this.#size > 0 && this.#size + Buffer.byteLength(text) > this.maxBytes) {
      await rename(this.current, this.previous);
      this.#size = 0;
    }
    await appendFile(this.current, text, { mode: 0o600 });
    this.#size += Buffer.byteLength(text);
  }

  /** Size of the file, with a line that a crash left torn cut off. */
  async #open(): Promise<number> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    const size = await stat(this.current).then(
      (found) => found.size,
      () => 0,
    );
    if (size === 0) return 0;
    const whole = await endOfLastLine(this.current, size);
    if (whole < size) await truncate(this.current, whole);
    return whole;
  }
}

/** Position after the last newline. */
async function endOfLastLine(path: string, size: number): Promise<number> {
  const file = await open(path, 'r');
  try {
    const block = Buffer.alloc(Math.min(size, 256 * 1024));
    const from = size - block.length;
    await file.read(block, 0, block.length, from);
    const newline = block.lastIndexOf(0x0a);
    return newline < 0 ? from : from + newline + 1;
  } finally {
    await file.close();
  }
}
