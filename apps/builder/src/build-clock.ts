/** On a host without a processor for it, a build may take so many times its limit: it has a fifth of one even there (build-courtesy.ts). */
const MOST = 5;

/** Ends a build that took too long. What its commands waited for a processor, while Berth let apps and other builds go first, is not counted. */
export class BuildClock {
  private readonly latest: number;
  private endsAt: number;
  private timer: NodeJS.Timeout;

  constructor(
    limitMs: number,
    private readonly onEnd: () => void,
  ) {
    const now = performance.now();
    this.endsAt = now + limitMs;
    this.latest = now + MOST * limitMs;
    this.timer = setTimeout(this.look, limitMs);
  }

  /** So much time was not the build's own. */
  waited(ms: number): void {
    this.endsAt = Math.min(this.endsAt + ms, this.latest);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private readonly look = (): void => {
    const leftMs = this.endsAt - performance.now();
    if (leftMs > 0) this.timer = setTimeout(this.look, leftMs);
    else this.onEnd();
  };
}
