import { cut } from './text.js';

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const EVERY_MS = 80;

/**
 * One line at the bottom of a terminal that is drawn anew while something goes on; other output goes above it. Where there is
 * no terminal it draws nothing.
 */
export class LiveLine {
  private timer: NodeJS.Timeout | null = null;
  private frame = 0;
  private drawn = false;
  private text: () => string = () => '';

  constructor(
    private readonly stream: NodeJS.WriteStream,
    private readonly enabled: boolean,
  ) {}

  /** Shows what `text` says, asked anew for every frame, after a spinner. */
  show(text: () => string): void {
    this.text = text;
    if (!this.enabled) return;
    this.timer ??= setInterval(() => this.draw(), EVERY_MS).unref();
    this.draw();
  }

  /** Writes something above the line. */
  above(write: () => void): void {
    this.clear();
    write();
    if (this.timer) this.draw();
  }

  stop(): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
    this.clear();
  }

  private draw(): void {
    const frame = frames[this.frame++ % frames.length] as string;
    const columns = this.stream.columns || 80;
    // The cursor hides while the line is drawn, or it would flicker at its end.
    this.stream.write(`\r\u001b[?25l\u001b[2K${cut(`${frame} ${this.text()}`, columns - 1)}\u001b[?25h`);
    this.drawn = true;
  }

  private clear(): void {
    if (this.drawn) this.stream.write('\r\u001b[2K');
    this.drawn = false;
  }
}
