/** Which entries answer to what was typed, and in which order. Pure. */

export interface Matchable {
  /** What is shown, and searched. */
  label: string;
  /** Searched too. */
  also?: string;
}

/**
 * Entries of which each typed word is a part, best first: a label that begins with the words, then one with a word that
 * begins with them, then the rest; equals keep their order.
 */
export function matching<T extends Matchable>(entries: readonly T[], typed: string): T[] {
  const words = wordsOf(typed);
  return entries
    .map((entry) => ({ entry, rank: rankOf(entry, words) }))
    .filter(({ rank }) => rank < none)
    .sort((a, b) => a.rank - b.rank)
    .map(({ entry }) => entry);
}

const none = 3;

export function wordsOf(typed: string): string[] {
  return typed.toLowerCase().split(/\s+/).filter(Boolean);
}

function rankOf({ label, also = '' }: Matchable, words: string[]): number {
  const own = label.toLowerCase();
  const all = `${own} ${also.toLowerCase()}`;
  if (!words.every((word) => all.includes(word))) return none;
  if (own.startsWith(words.join(' '))) return 0;
  const starts = all.split(/[\s›/-]+/);
  return words.every((word) => starts.some((start) => start.startsWith(word))) ? 1 : 2;
}
