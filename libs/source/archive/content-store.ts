import { randomUUID } from 'node:crypto';
import { mkdir, open, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

/** Where a file's content is in the store. */
export interface Slice {
  start: number;
  length: number;
}

const CHUNK = 256 * 1024;

/** Takes the contents of an archive's files, one after the other. */
export interface ContentSink {
  /** Can what was written be read again? */
  readonly keeps: boolean;
  readonly position: number;
  write(chunk: Uint8Array): Promise<void>;
}

/** Counts and forgets: for checking an archive. */
export class CountingSink implements ContentSink {
  readonly keeps = false;
  position = 0;
  async write(chunk: Uint8Array): Promise<void> {
    this.position += chunk.byteLength;
  }
}

/**
 * The contents of an unpacked archive end to end in one file without a name: no path of a stranger's choosing is ever made on
 * this machine, no link followed, and whatever way the process ends, the kernel frees the space.
 */
export class ContentStore implements ContentSink {
  readonly keeps = true;
  position = 0;
  private waiting: Uint8Array[] = [];
  private waitingBytes = 0;

  private constructor(private readonly file: FileHandle) {}

  static async create(home: string): Promise<ContentStore> {
    const folder = join(home, 'tmp');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, `unpacked-${randomUUID()}`);
    const file = await open(path, 'wx+', 0o600);
    await unlink(path);
    return new ContentStore(file);
  }

  /** Small chunks are gathered, so that many small files do not mean many small writes. */
  async write(chunk: Uint8Array): Promise<void> {
    this.waiting.push(chunk);
    this.waitingBytes += chunk.byteLength;
    this.position += chunk.byteLength;
    if (this.waitingBytes >= CHUNK) await this.flush();
  }

  async flush(): Promise<void> {
    const chunks = this.waiting;
    this.waiting = [];
    this.waitingBytes = 0;
    for (const chunk of chunks) {
      for (let done = 0; done < chunk.byteLength;) {
        done += (await this.file.write(chunk, done, chunk.byteLength - done, null)).bytesWritten;
      }
    }
  }

  async *read({ start, length }: Slice): AsyncGenerator<Buffer> {
    for (let done = 0; done < length;) {
      const want = Math.min(CHUNK, length - done);
      const { bytesRead, buffer } = await this.file.read(Buffer.allocUnsafe(want), 0, want, start + done);
      if (bytesRead === 0) throw new Error('The unpacked source ends early.');
      done += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }

  close(): Promise<void> {
    return this.file.close();
  }
}
