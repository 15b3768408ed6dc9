/** How many letters must change to make one word of the other (Damerau: two swapped neighbours count as one). */
export function distance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => [i, ...new Array<number>(b.length).fill(0)]);
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let j = 0; j <= b.length; j++) (rows[0] as number[])[j] = j;
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++) {
      const differ = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + differ);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, at(i - 2, j - 2) + 1);
      (rows[i] as number[])[j] = least;
    }
  return at(a.length, b.length);
}

/** What was probably meant, nearest first; nothing when nothing is near. */
export function suggest(typed: string, known: Iterable<string>, most = 3): string[] {
  const near = [...new Set(known)]
    .map((word) => ({
      word,
      far: word.startsWith(typed) && typed.length > 1 ? 0.5 : distance(typed, word),
    }))
    .filter(({ word, far }) => far <= Math.max(1, Math.floor(Math.min(typed.length, word.length) / 3)))
    .toSorted((a, b) => a.far - b.far || a.word.localeCompare(b.word));
  return near.slice(0, most).map(({ word }) => word);
}

/** ` Did you mean "logs"?`, or nothing. */
export function didYouMean(typed: string, known: Iterable<string>): string | null {
  const found = suggest(typed, known);
  if (found.length === 0) return null;
  return `Did you mean ${found.map((word) => `\`${word}\``).join(' or ')}?`;
}
