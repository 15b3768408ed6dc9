import { BerthError } from '#libs/core/errors.js';

/** How large a source may be once unpacked, whichever door it came in by. */
export interface SourceLimits {
  entries: number;
  /** Bytes of all files together. */
  bytes: number;
}

/**
 * 1 GiB and 100,000 files: far above any app's own code (a large front end with its node_modules checked in has some 50,000
 * files and 500 MB), far below what fills a disk or a memory.
 */
export const sourceLimits: SourceLimits = { entries: 100_000, bytes: 1024 * 1024 * 1024 };

/** Counts what a source holds; throws `source_too_large` at the entry that goes past a limit, naming what is large. */
export class SourceMeter {
  private entries = 0;
  private bytes = 0;
  private current = { path: '', bytes: 0 };
  private largest = this.current;
  private readonly folders = new Map<string, number>();
  constructor(private readonly limits: SourceLimits = sourceLimits) {}

  entry(path: string): void {
    const folder = folderOf(path);
    if (folder !== null) this.folders.set(folder, (this.folders.get(folder) ?? 0) + 1);
    if (++this.entries > this.limits.entries)
      throw new BerthError(
        'source_too_large',
        `The source has more than ${this.limits.entries} files${this.fullest()}. ${LEAVE_OUT}`,
      );
  }

  /** Counts bytes of a file; a file may come in pieces, one after the other. */
  add(bytes: number, path: string): void {
    if (this.current.path !== path) this.current = { path, bytes: 0 };
    this.current.bytes += bytes;
    if (this.current.bytes > this.largest.bytes) this.largest = this.current;
    this.bytes += bytes;
    if (this.bytes > this.limits.bytes)
      throw new BerthError(
        'source_too_large',
        `The source is larger than ${mebibytes(this.limits.bytes)} once unpacked; the largest file so far is ${shown(this.largest.path)}. ${LEAVE_OUT}`,
        { details: { largest: this.largest.path.slice(0, 500) } },
      );
  }

  private fullest(): string {
    const [folder, count] = [...this.folders].reduce((a, b) => (b[1] > a[1] ? b : a), ['', 0]);
    return count === 0 ? '' : `, ${count} of them in ${shown(folder)}`;
  }
}

const LEAVE_OUT =
  'Leave out what can be fetched or built (such as node_modules) and data: name it in .gitignore, take it out ("git rm -r --cached PATH" in a repository) and send the source again.';

/** The folder that people know: up to the first node_modules, or else the top one; null for a file at the top. */
function folderOf(path: string): string | null {
  const parts = path.split('/').slice(0, -1);
  if (parts.length === 0) return null;
  const modules = parts.indexOf('node_modules');
  return `${parts.slice(0, modules === -1 ? 1 : modules + 1).join('/')}/`;
}

function shown(path: string): string {
  return JSON.stringify(path.length > 200 ? `${path.slice(0, 200)}…` : path);
}

function mebibytes(bytes: number): string {
  return bytes < 1024 * 1024 ? `${bytes} bytes` : `${Math.round(bytes / 1024 / 1024)} MiB`;
}
