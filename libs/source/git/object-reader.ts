import { BerthError } from '#libs/core/errors.js';
import { spawnGit, stopGit, type GitProcess } from './command.js';

/**
 * Reads blobs through one `git cat-file --batch`, one at a time, in chunks. A blob that is not read to its end costs a new
 * process; asking for the next one meanwhile is an error of the caller.
 */
export class ObjectReader {
  private process: GitProcess | null = null;
  private chunks: AsyncIterator<Buffer> | null = null;
  private rest: Buffer = Buffer.alloc(0);
  private busy = false;

  constructor(
    private readonly gitDir: string,
    private readonly signal?: AbortSignal,
  ) {}

  /** Content of a blob. Throws `source_gone` when the repository has none of this id. */
  async *read(oid: string): AsyncGenerator<Buffer> {
    if (this.busy) throw new Error('The file opened before this one has not been read to its end.');
    this.signal?.throwIfAborted();
    this.busy = true;
    let whole = false;
    try {
      this.begin().stdin.write(`${oid}\n`);
      let left = await this.header(oid);
      while (left > 0) {
        const chunk = await this.next();
        const part = chunk.subarray(0, left);
        this.rest = chunk.subarray(part.length);
        left -= part.length;
        yield part;
      }
      await this.skip(1);
      whole = true;
    } finally {
      this.busy = false;
      if (!whole) this.close();
    }
  }

  close(): void {
    if (this.process) stopGit(this.process);
    this.process = null;
    this.chunks = null;
    this.rest = Buffer.alloc(0);
  }

  private begin(): GitProcess {
    if (this.process) return this.process;
    const child = spawnGit(['cat-file', '--batch'], { gitDir: this.gitDir, signal: this.signal });
    child.stderr.resume();
    child.on('error', () => undefined);
    this.process = child;
    this.chunks = (child.stdout as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
    return child;
  }

  /** `<oid> blob <size>`; gives the size. */
  private async header(oid: string): Promise<number> {
    let line = Buffer.alloc(0);
    for (;;) {
      const chunk = await this.next();
      const end = chunk.indexOf(10);
      line = Buffer.concat([line, end === -1 ? chunk : chunk.subarray(0, end)]);
      if (end !== -1) {
        this.rest = chunk.subarray(end + 1);
        break;
      }
      if (line.length > 200) break;
    }
    const match = /^[0-9a-f]{40} blob (\d+)$/.exec(line.toString());
    if (!match) throw gone(oid);
    return Number(match[1]);
  }

  private async skip(bytes: number): Promise<void> {
    const chunk = await this.next();
    this.rest = chunk.subarray(bytes);
  }

  /** Bytes not yet taken, at least one. */
  private async next(): Promise<Buffer> {
    if (this.rest.length > 0) {
      const rest = this.rest;
      this.rest = Buffer.alloc(0);
      return rest;
    }
    const got = await this.chunks?.next();
    this.signal?.throwIfAborted();
    if (!got || got.done) throw new BerthError('git_failed', 'git ended while a file was read; try again.');
    return got.value;
  }
}

function gone(oid: string): BerthError {
  return new BerthError('source_gone', `Object ${oid} of this source is no longer stored; push again.`);
}
