import { constants } from 'node:fs';
import { lstat, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { extract } from 'tar-stream';
import { Failure } from '../frame/failure.js';

/** What an instance sends is anybody's: so many entries, so much in all, and nothing but files and folders. */
const ENTRIES_MAX = 100_000;
const BYTES_MAX = 16 * 2 ** 30;

type Entry = AsyncIteratorValue<ReturnType<typeof extract>>;
type AsyncIteratorValue<T> = T extends AsyncIterable<infer V> ? V : never;

/** Takes an archive of one file or folder apart as it comes. */
export class Unpacker {
  readonly done: Promise<void>;
  /** Links and the like, which are left out. */
  readonly skipped: string[] = [];
  files = 0;
  bytes = 0;
  private entries = 0;
  private readonly folders = new Set<string>();
  private readonly archive = extract();

  /**
   * @param base name of the one file or folder in the archive
   * @param target path here that stands for it
   */
  constructor(
    private readonly base: string,
    private readonly target: string,
  ) {
    this.done = this.run();
    // Thrown where it is waited for.
    this.done.catch(() => undefined);
  }

  /** Resolves when more may come. */
  async write(data: Uint8Array): Promise<void> {
    if (this.archive.destroyed) return this.done;
    if (this.archive.write(Buffer.from(data))) return;
    await new Promise<void>((resolve) => {
      const more = (): void => {
        this.archive.off('drain', more).off('close', more);
        resolve();
      };
      this.archive.on('drain', more).on('close', more);
    });
    if (this.archive.destroyed) await this.done;
  }

  end(): Promise<void> {
    this.archive.end(Buffer.alloc(0));
    return this.done;
  }

  private async run(): Promise<void> {
    for await (const entry of this.archive) await this.take(entry);
  }

  private async take(entry: Entry): Promise<void> {
    const { name, type, size = 0, mode = 0o644 } = entry.header;
    this.entries += 1;
    this.bytes += size;
    if (this.entries > ENTRIES_MAX || this.bytes > BYTES_MAX)
      throw new Failure('That is more than is copied at once.', {
        why: `At most ${ENTRIES_MAX} entries and ${BYTES_MAX / 2 ** 30} GB.`,
        exit: 'refused',
      });
    const path = placeOf(name, this.base);
    if (path === null)
      throw new Failure(`The instance sent ${JSON.stringify(name)}, which was not asked for.`);
    const target = path === '' ? this.target : join(this.target, path);
    if (type === 'directory') await this.folder(target);
    else if (type === 'file' || type === 'contiguous-file') {
      await this.above(target);
      return this.keep(entry, target, mode);
    } else this.skipped.push(name);
    entry.resume();
  }

  /** The target or a folder below it, none of which may be a link that lies here: it could lead anywhere. */
  private async folder(path: string): Promise<void> {
    if (this.folders.has(path)) return;
    await this.above(path);
    await mkdir(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    if (!(await lstat(path)).isDirectory())
      throw new Failure(`${path} is no folder here.`, {
        why: 'Nothing is written through a link, or in place of a file.',
        todo: 'Remove it, or copy to another place.',
        exit: 'refused',
      });
    this.folders.add(path);
  }

  /** The folder that a path lies in; what is above the target is the person's own. */
  private async above(path: string): Promise<void> {
    if (path !== this.target) await this.folder(dirname(path));
    else await mkdir(dirname(path), { recursive: true });
  }

  private async keep(entry: Entry, target: string, mode: number): Promise<void> {
    // A link that lies here is not followed.
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;
    const file = await open(target, flags, mode & 0o111 ? 0o755 : 0o644);
    try {
      for await (const chunk of entry as AsyncIterable<Buffer>) await file.write(chunk);
    } finally {
      await file.close();
    }
    this.files += 1;
  }
}

/** Where an entry belongs below the one that was asked for ('' is that itself); null when it is none of it. */
export function placeOf(name: string, base: string): string | null {
  const parts = name
    .replace(/^(?:\.\/)+/, '')
    .replace(/\/+$/, '')
    .split('/');
  const [first, ...rest] = parts;
  if (first !== base) return null;
  // eslint-disable-next-line no-control-regex
  if (rest.some((part) => part === '' || part === '.' || part === '..' || /[\\\u0000-\u001f]/.test(part)))
    return null;
  return rest.join('/');
}
