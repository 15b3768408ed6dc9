import type { MessageKey } from '../i18n/en/index.ts';
import { factWord } from '../i18n/fact-names.ts';
import type { Translate } from '../i18n/translate.ts';

/** Amounts and causes as the stack tells them, and their texts. */
const PIECES: [pattern: RegExp, key: MessageKey][] = [
  [/^by (?<name>.+)$/, 'explain.by'],
  [/^(?<count>\d+) files?$/, 'explain.files'],
  [/^(?<count>[\d.]+) cores?$/, 'explain.cores'],
  [/^(?<count>\d+) processes$/, 'explain.processes'],
  [/^(?<size>[\d.]+ \w+) of memory$/, 'explain.ofMemory'],
];

/** Families of words that the stack's facts are told in. */
const FAMILIES = ['layers.part.', 'instance.status.', 'layers.'];

/** A value of the stack below an app in the words of the page; digests as far as people compare them. */
export function factValue(value: string, t: Translate): string {
  const known = factWord(value, t);
  if (known !== null) return known;
  const pieces = value.split(', ').map((piece) => pieceWord(piece, t) ?? piece);
  return pieces.join(', ').replace(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, '$1…');
}

function pieceWord(piece: string, t: Translate): string | null {
  for (const [pattern, key] of PIECES) {
    const values = pattern.exec(piece)?.groups;
    if (values !== undefined) return t(key, { ...values });
  }
  const key = FAMILIES.map((family) => family + piece).find(t.has);
  return key === undefined ? null : t(key);
}
