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

/** Counts what a source holds; throws `source_too_large` at the entry that goes past a limit. */
export class SourceMeter {
  private entries = 0;
  private bytes = 0;
  constructor(private readonly limits: SourceLimits = sourceLimits) {}

  entry(): void {
    if (++this.entries > this.limits.entries)
      throw new BerthError(
        'source_too_large',
        `The source has more than ${this.limits.entries} files. Leave out what can be fetched or built, such as node_modules.`,
      );
  }

  add(bytes: number): void {
    this.bytes += bytes;
    if (this.bytes > this.limits.bytes)
      throw new BerthError(
        'source_too_large',
        `The source is larger than ${Math.round(this.limits.bytes / 1024 / 1024)} MiB once unpacked. Leave out what can be fetched or built, such as node_modules.`,
      );
  }
}
