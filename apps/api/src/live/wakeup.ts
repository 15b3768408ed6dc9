import type { Notice } from '#libs/contracts/events.js';
import type { NoticeListener } from '#libs/store/listener.js';

/** However many notices are lost, a stream reads again after this long. */
const LONGEST_WAIT_MS = 10_000;

/**
 * Tells a stream when to read again: a notice that concerns it, or the listener's reconnection. What comes between two
 * waits is not lost: the next wait returns at once.
 */
export class Wakeup {
  private due = false;
  private wake: (() => void) | null = null;

  constructor(
    private readonly listener: NoticeListener,
    private readonly concerns: (notice: Notice) => boolean,
  ) {
    listener.on('notice', this.onNotice);
    listener.on('resync', this.fire);
  }

  /** Resolves when there may be something new, or when the signal aborts. */
  async wait(signal: AbortSignal): Promise<void> {
    if (!this.due && !signal.aborted) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        timer = setTimeout(resolve, LONGEST_WAIT_MS);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      clearTimeout(timer);
      this.wake = null;
    }
    this.due = false;
  }

  close(): void {
    this.listener.off('notice', this.onNotice);
    this.listener.off('resync', this.fire);
  }

  private readonly onNotice = (notice: Notice): void => {
    if (this.concerns(notice)) this.fire();
  };

  private readonly fire = (): void => {
    this.due = true;
    this.wake?.();
  };
}
