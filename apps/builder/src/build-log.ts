import type { LogLineKind, NewLogLine } from '#libs/store/log-lines.js';
import type { Masker } from './masker.js';

export interface BuildLogLimits {
  lines: number;
  bytes: number;
  flushMs: number;
}

export const buildLogLimits: BuildLogLimits = { lines: 100_000, bytes: 5 * 1024 * 1024, flushMs: 50 };

/** How many lines the error of a failed deployment shows. */
const TAIL = 20;
/** How many are searched for a known cause: npm's own explanation stands above a page of its usage. */
const REMEMBERED = 200;

/**
 * The log of one build: masked, in order, written in batches. A store that is away for a moment loses nothing; a build that
 * prints without end is cut, and the log says so. Phases, warnings and errors are always kept.
 */
export class BuildLog {
  private waiting: NewLogLine[] = [];
  private writing: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | null = null;
  private written = { lines: 0, bytes: 0 };
  private cut = false;
  private readonly recent: string[] = [];

  constructor(
    private readonly append: (lines: NewLogLine[]) => Promise<void>,
    private masker: Masker,
    private readonly limits: BuildLogLimits = buildLogLimits,
  ) {}

  /** A step at the margin, `-----> text`. */
  phase(text: string): void {
    this.add('phase', text);
  }

  detail(text: string): void {
    this.add('detail', text);
  }

  warning(text: string): void {
    this.add('warning', text);
  }

  /** A line that the app's own build printed. Counts against the cap and is what a failure shows. */
  output(text: string): void {
    this.recent.push(this.masker.mask(text));
    if (this.recent.length > REMEMBERED) this.recent.shift();
    if (this.cut) return;
    this.written.lines += 1;
    this.written.bytes += text.length;
    if (this.written.lines > this.limits.lines || this.written.bytes > this.limits.bytes) {
      this.cut = true;
      this.warning(
        `The build printed more than ${this.limits.lines.toLocaleString('en')} lines or ${Math.round(this.limits.bytes / 1024 / 1024)} MiB; the rest of its output is not kept.`,
      );
      return;
    }
    this.add('detail', text);
  }

  /** The last lines that the build printed, masked. */
  tail(lines = TAIL): string[] {
    return this.recent.slice(-lines);
  }

  mask(text: string): string {
    return this.masker.mask(text);
  }

  /** Resolves once everything said so far is stored, or could not be. */
  async flush(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.write();
    await this.writing;
  }

  private add(kind: LogLineKind, text: string): void {
    this.waiting.push({ at: new Date(), kind, text: this.masker.mask(text) });
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.write();
    }, this.limits.flushMs);
  }

  /** One write at a time keeps the order; what failed to be written goes before what came since. */
  private write(): void {
    this.writing = this.writing.then(async () => {
      const batch = this.waiting.splice(0, 2000);
      if (batch.length === 0) return;
      try {
        await this.append(batch);
      } catch {
        this.waiting = [...batch, ...this.waiting].slice(-this.limits.lines);
        this.timer ??= setTimeout(() => {
          this.timer = null;
          this.write();
        }, this.limits.flushMs * 10).unref();
        return;
      }
      if (this.waiting.length >= 2000) this.write();
    });
  }
}
