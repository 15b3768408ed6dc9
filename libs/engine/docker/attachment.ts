import type { Duplex } from 'node:stream';
import type { Attachment, OutputChunk, TerminalSize } from '../port.js';

const headerBytes = 8;

/**
 * Takes the Engine's multiplexed stream (8-byte header: stream, 3 zero bytes, length) apart as it comes: unlike lines of a log,
 * what a process prints is passed on at once, in pieces of any size. `push` takes chunks cut anywhere.
 */
export class OutputDemultiplexer {
  #header: Buffer = Buffer.alloc(0);
  #stream: OutputChunk['stream'] = 'stdout';
  #left = 0;

  push(chunk: Buffer): OutputChunk[] {
    const pieces: OutputChunk[] = [];
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#left > 0) {
        const data = rest.subarray(0, this.#left);
        pieces.push({ stream: this.#stream, data });
        this.#left -= data.length;
        rest = rest.subarray(data.length);
        continue;
      }
      const missing = headerBytes - this.#header.length;
      this.#header = Buffer.concat([this.#header, rest.subarray(0, missing)]);
      rest = rest.subarray(missing);
      if (this.#header.length < headerBytes) break;
      this.#stream = this.#header[0] === 2 ? 'stderr' : 'stdout';
      this.#left = this.#header.readUInt32BE(4);
      this.#header = Buffer.alloc(0);
    }
    return pieces;
  }
}

/** A connection that the Engine gave away (101) as the streams of a process. */
export class DockerAttachment implements Attachment {
  readonly output: AsyncIterable<OutputChunk>;
  #open = true;

  constructor(
    private readonly connection: Duplex,
    private readonly terminal: boolean,
    private readonly setSize: (size: TerminalSize) => Promise<void>,
  ) {
    // A broken connection ends the output; whoever writes learns nothing new by it.
    connection.on('error', () => undefined);
    connection.once('close', () => (this.#open = false));
    this.output = this.#read();
  }

  async write(data: Uint8Array): Promise<void> {
    if (!this.#open || this.connection.writableEnded || this.connection.write(data)) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.connection.off('drain', done).off('close', done);
        resolve();
      };
      this.connection.once('drain', done).once('close', done);
    });
  }

  end(): void {
    this.connection.end();
  }

  async resize(size: TerminalSize): Promise<void> {
    if (this.terminal && this.#open) await this.setSize(size);
  }

  close(): void {
    this.connection.destroy();
  }

  async *#read(): AsyncGenerator<OutputChunk> {
    const demultiplexer = this.terminal ? null : new OutputDemultiplexer();
    // The stream outlives a reader that stops early: it may still be written to.
    const chunks = this.connection.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
    try {
      for await (const data of chunks) {
        if (demultiplexer === null) yield { stream: 'stdout', data };
        else yield* demultiplexer.push(data);
      }
    } catch (error) {
      if (this.#open && !this.connection.destroyed) throw error;
    }
  }
}
