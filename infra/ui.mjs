/**
 * Progress of long work: one line a step, with what it is doing and the seconds that it took. A terminal shows
 * running steps with a spinner; a pipe gets plain lines, and a sign of life from steps that take long.
 */
const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const titleWidth = 38;
const signOfLifeMs = 15_000;

/** @param {NodeJS.WriteStream} [out] */
export function createUi(out = process.stdout) {
  return out.isTTY && process.env.TERM !== 'dumb' && !process.env.CI ? new TerminalUi(out) : new PlainUi(out);
}

class Ui {
  /** @param {NodeJS.WriteStream} out */
  constructor(out) {
    this.out = out;
    this.running = new Set();
    /** Set when the person wants to stop: no step begins after that. */
    this.interrupted = false;
    const colours = Boolean(out.isTTY) && !process.env.NO_COLOR;
    this.paint = (code, text) => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);
  }

  /**
   * Runs `work` as a named step. What it returns, when it is text, is shown beside the title.
   * @template T
   * @param {string} title
   * @param {(step: { note: (text: string) => void }) => Promise<T>} work
   * @param {{ quietMs?: number }} [options] a step that went well in less than this leaves no line behind
   * @returns {Promise<T>}
   */
  async step(title, work, { quietMs = 0 } = {}) {
    if (this.interrupted) throw new Error(`${title}: interrupted before it began.`);
    const step = { title, note: '', since: Date.now(), shown: Date.now() };
    this.running.add(step);
    this.begun(step);
    try {
      const result = await work({ note: (text) => this.noted(step, text) });
      if (Date.now() - step.since < quietMs) this.running.delete(step);
      else this.ended(step, true, typeof result === 'string' ? result : '');
      return result;
    } catch (error) {
      this.ended(step, false, '');
      throw error;
    }
  }

  line(text = '') {
    this.out.write(`${text}\n`);
  }

  ended(step, ok, detail) {
    this.running.delete(step);
    const mark = ok ? this.paint(32, '✓') : this.paint(31, '✗');
    this.line(
      `${mark} ${step.title.padEnd(titleWidth)} ${this.paint(2, seconds(step).padStart(7))}${detail ? `  ${detail}` : ''}`,
    );
  }

  noted(step, text) {
    step.note = text;
  }

  begun() {}

  /** Ends what moves; call it before the process goes. */
  close() {}
}

class PlainUi extends Ui {
  begun() {
    this.timer ??= setInterval(() => this.signs(), 1000);
    this.timer.unref();
  }

  signs() {
    for (const step of this.running) {
      if (Date.now() - step.shown < signOfLifeMs) continue;
      step.shown = Date.now();
      this.line(
        `… ${step.title.padEnd(titleWidth)} ${seconds(step).padStart(7)}${step.note ? `  ${step.note}` : ''}`,
      );
    }
  }

  close() {
    clearInterval(this.timer);
  }
}

class TerminalUi extends Ui {
  frame = 0;
  drawn = 0;

  begun() {
    if (this.timer) return;
    this.out.write('\u001b[?25l');
    this.timer = setInterval(() => this.draw(), 100);
    this.timer.unref();
    this.draw();
  }

  line(text = '') {
    this.erase();
    this.out.write(`${text}\n`);
    this.draw();
  }

  draw() {
    this.erase();
    this.frame++;
    const width = (this.out.columns || 80) - 1;
    const lines = [...this.running].map((step) => {
      const text = `${frames[this.frame % frames.length]} ${step.title.padEnd(titleWidth)} ${seconds(step).padStart(7)}${step.note ? `  ${step.note}` : ''}`;
      return text.slice(0, width);
    });
    if (lines.length > 0) this.out.write(`${lines.join('\n')}\n`);
    this.drawn = lines.length;
    if (this.running.size === 0) this.close();
  }

  erase() {
    if (this.drawn > 0) this.out.write(`\u001b[${this.drawn}A\u001b[0J`);
    this.drawn = 0;
  }

  close() {
    if (!this.timer) return;
    clearInterval(this.timer);
    this.timer = undefined;
    this.erase();
    this.out.write('\u001b[?25h');
  }
}

function seconds(step) {
  return `${((Date.now() - step.since) / 1000).toFixed(1)} s`;
}

/** Breaks a text into lines of at most `width` characters, between words. */
export function wrap(text, width = 100) {
  const lines = [''];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const last = lines[lines.length - 1];
    if (last && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last ? `${last} ${word}` : word;
  }
  return lines.join('\n');
}

/** `12.3 MB` and the like, decimal units. */
export function bytes(count) {
  if (count >= 1e9) return `${(count / 1e9).toFixed(1)} GB`;
  if (count >= 1e6) return `${Math.round(count / 1e6)} MB`;
  return `${Math.round(count / 1e3)} kB`;
}

/** `3 d 4 h`, `5 min`, `12 s`: the two largest units. */
export function span(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 86_400) return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
  return `${Math.floor(s / 86_400)} d ${Math.floor((s % 86_400) / 3600)} h`;
}
