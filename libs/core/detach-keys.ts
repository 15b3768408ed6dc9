const CTRL_P = 0x10;
const CTRL_Q = 0x11;

/**
 * Looks for Ctrl-P Ctrl-Q, as docker does, in what is typed. A Ctrl-P waits for the next key; `take` gives what goes on, and
 * whether the person wants to leave (what comes after that is theirs).
 */
export class DetachKeys {
  #held = false;

  take(typed: Uint8Array): { data: Uint8Array; leave: boolean } {
    const bytes: number[] = [];
    for (const byte of typed) {
      if (this.#held && byte === CTRL_Q) return { data: Uint8Array.from(bytes), leave: true };
      if (this.#held) bytes.push(CTRL_P);
      this.#held = byte === CTRL_P;
      if (!this.#held) bytes.push(byte);
    }
    return { data: Uint8Array.from(bytes), leave: false };
  }
}
