import type { MirrorStalled } from './mirror-stalled.js';
import type { BuildProgress } from '#libs/images/build-progress.js';

/** The last lines of an attempt that are searched for a registry's fault. */
const REMEMBERED = 100;
/** A command that fetches and says nothing for so long may hang on its registry, ms. */
export const SILENCE_MS = 45_000;

/** What one attempt of a build says and does, as far as mirrors are concerned. */
export class AttemptWatch {
  /** Commands that ran rather than came from the cache: only they can have fetched anything. */
  readonly ran: string[] = [];
  private readonly recent: string[] = [];
  private readonly running = new Set<string>();
  private readonly abort = new AbortController();
  private timer: NodeJS.Timeout | null = null;
  private closed = false;

  /**
   * @param findStalled asked when a command is silent: which registry does not answer, and why; null when all do
   */
  constructor(
    private readonly findStalled: () => Promise<MirrorStalled | null>,
    private readonly silenceMs = SILENCE_MS,
  ) {}

  /** Aborts, with MirrorStalled as its reason, when a command waits for a registry that does not answer. */
  get signal(): AbortSignal {
    return this.abort.signal;
  }

  /** The last lines that this attempt printed. */
  get lines(): readonly string[] {
    return this.recent;
  }

  readonly show = (progress: BuildProgress): void => {
    if (progress.kind === 'warning') return;
    const { digest, name, cached } = progress.step;
    if (progress.kind === 'line') {
      this.recent.push(progress.text);
      if (this.recent.length > REMEMBERED) this.recent.shift();
    }
    if (progress.kind === 'step-started' && isCommand(name) && !cached) {
      this.ran.push(name);
      this.running.add(digest);
    }
    if (progress.kind === 'step-ended') this.running.delete(digest);
    this.arm();
  };

  /** Ends the watch; an attempt that is over is not stopped any more. */
  close(): void {
    this.closed = true;
    if (this.timer) clearTimeout(this.timer);
  }

  private arm(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.closed || this.running.size === 0) return;
    this.timer = setTimeout(() => void this.look(), this.silenceMs);
  }

  private async look(): Promise<void> {
    const waitedFor = [...this.running];
    const stalled = await this.findStalled().catch(() => null);
    // The command may have gone on while we asked.
    if (this.closed || !waitedFor.some((digest) => this.running.has(digest))) return;
    if (stalled === null) this.arm();
    else this.abort.abort(stalled);
  }
}

function isCommand(name: string): boolean {
  return /^\[[^\]]*\]\s+RUN\b/.test(name);
}
