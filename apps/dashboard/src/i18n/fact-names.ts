import type { Translate } from './translate.ts';

/** The name of something that a step, an event or the stack says about itself; a key that has none yet as plain words. */
export function factName(key: string, t: Translate): string {
  return factWord(key, t) ?? words(key);
}

/** Values that are words of Berth's own have names too: `thawed`, `pulled`. Null: it is not one of them. */
export function factWord(word: string, t: Translate): string | null {
  const key = `fact.${word}`;
  return t.has(key) ? t(key) : null;
}

/** Names of the stack's facts that hold a name of the app's own: `wanted web`, `layer 3f2a…`, `bridge on local`. */
const withName = {
  'wanted ': 'stackFact.wanted',
  'layer ': 'stackFact.layer',
  'bridge on ': 'stackFact.bridge',
} as const;

/** The name of a fact of the stack below an app; what the app itself named, such as a process, keeps it. */
export function stackFactName(name: string, t: Translate): string {
  const known = factWord(name, t);
  if (known !== null) return known;
  const start = (Object.keys(withName) as (keyof typeof withName)[]).find((each) => name.startsWith(each));
  return start === undefined ? name : t(withName[start], { name: name.slice(start.length) });
}

/** `writableLayer` as "writable layer". */
function words(key: string): string {
  return key.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}
