import type { Pack } from 'tar-stream';

export interface ContextHeader {
  name: string;
  mode: number;
  type?: 'directory' | 'symlink';
  linkname?: string;
  size?: number;
}

/** The unprivileged user of every stack. */
const OWNER = { uid: 1000, gid: 1000, uname: '', gname: '' };

/** Writes entries of one owner and time to a tar, one after the other, never faster than they are read. */
export class ContextWriter {
  private readonly folders = new Set<string>();

  constructor(
    private readonly tar: Pack,
    private readonly modifiedAt: Date,
  ) {}

  /** Folders are named outright: their mode and time would else depend on the builder. */
  async addParents(name: string): Promise<void> {
    const parts = name.split('/').slice(0, -1);
    for (let depth = 1; depth <= parts.length; depth += 1) {
      const folder = parts.slice(0, depth).join('/');
      if (this.folders.has(folder)) continue;
      this.folders.add(folder);
      await this.add({ name: `${folder}/`, type: 'directory', mode: 0o755 }, null);
    }
  }

  add(header: ContextHeader, bytes: Buffer | null): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (error?: Error | null) => (error ? reject(error) : resolve());
      if (bytes === null) this.tar.entry(this.whole(header), done);
      else this.tar.entry({ ...this.whole(header), size: bytes.length }, bytes, done);
    });
  }

  async addStream(header: ContextHeader, content: AsyncIterable<Uint8Array>): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const sink = this.tar.entry(this.whole(header), (error) => (error ? reject(error) : resolve()));
      void pour(content, sink).catch(reject);
    });
  }

  private whole(header: ContextHeader) {
    return { ...header, ...OWNER, mtime: this.modifiedAt };
  }
}

async function pour(content: AsyncIterable<Uint8Array>, sink: NodeJS.WritableStream): Promise<void> {
  for await (const chunk of content) {
    if (!sink.write(chunk)) await new Promise<void>((resolve) => void sink.once('drain', () => resolve()));
  }
  sink.end();
}
