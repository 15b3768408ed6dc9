/** What waits for a receiver that may be slow or away: bounded; when it is full the oldest go, and are counted. */
export class LineBuffer<T extends { text: string }> {
  #lines: T[] = [];
  #chars = 0;
  #dropped = 0;

  constructor(private readonly most: { lines: number; chars: number }) {}

  get length(): number {
    return this.#lines.length;
  }

  add(lines: readonly T[]): void {
    for (const line of lines) {
      this.#lines.push(line);
      this.#chars += line.text.length;
    }
    let gone = 0;
    while (this.#lines.length - gone > this.most.lines || this.#chars > this.most.chars) {
      this.#chars -= this.#lines[gone]?.text.length ?? 0;
      gone += 1;
    }
    if (gone === 0) return;
    this.#lines = this.#lines.slice(gone);
    this.#dropped += gone;
  }

  /** The oldest lines, at most so many, and how many were dropped before them; they are no longer in the buffer. */
  take(most: { lines: number; chars: number }): { lines: T[]; dropped: number } {
    let count = 0;
    let chars = 0;
    for (const { text } of this.#lines) {
      if (count >= most.lines || (count > 0 && chars + text.length > most.chars)) break;
      count += 1;
      chars += text.length;
    }
    const lines = this.#lines.slice(0, count);
    this.#lines = this.#lines.slice(count);
    this.#chars -= chars;
    const dropped = this.#dropped;
    this.#dropped = 0;
    return { lines, dropped };
  }

  /** Puts back what could not be sent, in front; what does not fit any more is dropped, the oldest first. */
  putBack({ lines, dropped }: { lines: readonly T[]; dropped: number }): void {
    const later = this.#lines;
    this.#lines = [];
    this.#chars = 0;
    this.#dropped += dropped;
    this.add([...lines, ...later]);
  }
}
