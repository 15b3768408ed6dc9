/**
 * Something that stops Berth and that a person can mend: what happened, why, and what to do about it.
 * Shown as one paragraph; the cause goes to the log only.
 */
export class Problem extends Error {
  /** @param {{ what: string, why?: string, fix?: string, cause?: unknown }} parts whole sentences */
  constructor({ what, why = '', fix = '', cause }) {
    const sentences = [what, why, fix].map((text) => text.trim()).filter(Boolean);
    super(sentences.map(ended).join(' '), cause === undefined ? undefined : { cause });
    this.name = 'Problem';
    this.what = what;
    this.why = why;
    this.fix = fix;
  }
}

/** What other programs say often has no full stop. */
function ended(sentence) {
  return /[.!?…]$/.test(sentence) ? sentence : `${sentence}.`;
}

/** The message of anything that was thrown. */
export function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}
